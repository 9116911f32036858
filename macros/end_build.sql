{#
    Records what the command left, and which tables its tests judged; then says how
    readers get to see them.
#}
{% macro end_build(results) %}
    {%- if execute -%}
        {%- set said = adapter.end_build(results, adapter.planned_months()) -%}
        {%- if said -%}
            {%- do log(said, info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
