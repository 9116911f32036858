{#
    Whether the months that are landed are loaded once this run ends well: if all models
    are part of it.
#}
{% macro counts_as_loaded() %}
    {{- return('true' if not execute or adapter.counts_as_loaded() else 'false') -}}
{% endmacro %}


{#
    A condition for the months whose tests have all passed once this run ends well.
#}
{% macro has_passed_tests() %}
    {{- return(adapter.passed_rows() if execute else 'true') -}}
{% endmacro %}


{#
    The hash of everything that the verdict of the tests follows from.
#}
{% macro logic_of_tests() %}
    {{- return(adapter.logic_of_tests() if execute else '') -}}
{% endmacro %}
