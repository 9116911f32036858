{#
    The hash of everything that the verdict of the tests follows from.
#}
{% macro logic_of_tests() %}
    {{- return(adapter.logic_of_tests() if execute else '') -}}
{% endmacro %}
