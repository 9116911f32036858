{#
    A condition, by service_type and source_month: in a model, for the months that this
    run loads; in a test, for those that it looks at. Always true outside of a build.
#}
{% macro loaded_months() %}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{- return('true') -}}
    {%- elif model.resource_type == 'test' -%}
        {{- return(adapter.tested_months()) -}}
    {%- endif -%}
    {{- return(adapter.loaded_rows(model.unique_id)) -}}
{% endmacro %}


{#
    In a test, a condition for the months that it looks at of a mart of revenue.
#}
{% macro reached_revenue(column) %}
    {{- return(adapter.tested_revenue(column) if execute else 'true') -}}
{% endmacro %}


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
