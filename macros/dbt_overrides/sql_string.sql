{#
    A text as a Spark SQL literal. Spark reads a backslash as an escape, so it goes first,
    and ${name} as a setting's value, wherever it stands.
#}
{% macro sql_string(text) %}
    {%- set escaped = text
        | replace('\\', '\\\\') | replace("'", "\\'") | replace('${', '$\\{') -%}
    {{- return("'" ~ escaped ~ "'") -}}
{% endmacro %}
