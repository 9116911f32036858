{#
    How many days before or after its source month a trip may have been picked up. The
    review sets aside what lies further, and a loaded month changes no revenue beyond.
#}
{% macro days_beyond_source_month() %}
    {{- return(31) -}}
{% endmacro %}
