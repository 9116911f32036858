{#
    A condition on rows with a source_month and a time of pickup: in a mart, for the
    months of revenue that a loaded month can change; in a test, for those it looks at.
#}
{% macro reached_months(column) %}
    {%- if not column -%}
        {{ exceptions.raise_compiler_error('reached_months: name the time of pickup') }}
    {%- endif -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{- return('true') -}}
    {%- elif model.resource_type == 'test' -%}
        {{- return(adapter.tested_pickups(column)) -}}
    {%- endif -%}
    {{- return(adapter.reached_rows(model.unique_id, column)) -}}
{% endmacro %}
