{#
    Records what the command left, and which tables its tests judged; then says how
    readers get to see them.
#}
{% macro end_build(results) %}
    {%- if execute -%}
        {%- set made = results
            | selectattr('status', 'equalto', 'success') | map(attribute='node.name') -%}
        {%- set said = adapter.end_build(results, 'all' if 'fct_trips' in made else []) -%}
        {%- if said -%}
            {%- do log(said, info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
