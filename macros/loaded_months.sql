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
