{#
    In a test, a condition for the months that it looks at of a mart of revenue.
#}
{% macro reached_revenue(column) %}
    {{- return(adapter.tested_revenue(column) if execute else 'true') -}}
{% endmacro %}
