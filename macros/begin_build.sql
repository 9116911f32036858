{#
    Records that a command begins to change tables.
#}
{% macro begin_build() %}
    {%- if execute -%}
        {%- do adapter.begin_build() -%}
    {%- endif -%}
{% endmacro %}
