{#
    Plans which months this run loads, and says so. Called before the first model.
#}
{% macro plan_build() %}
    {%- if execute -%}
        {%- set words = adapter.plan_build(
            selected_resources, days_beyond_source_month()
        ) -%}
        {%- if words -%}
            {%- do log(words, info=true) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
