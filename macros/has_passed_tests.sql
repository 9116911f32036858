{#
    A condition for the months whose tests have all passed once this run ends well.
#}
{% macro has_passed_tests() %}
    {{- return(adapter.passed_rows() if execute else 'true') -}}
{% endmacro %}
