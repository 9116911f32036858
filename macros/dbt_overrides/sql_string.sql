{#
    A text as a Spark SQL literal. Spark reads a backslash as an escape, so it goes first.
#}
{% macro sql_string(text) %}
    {{- return("'" ~ (text | replace('\\', '\\\\') | replace("'", "\\'")) ~ "'") -}}
{% endmacro %}
