{#
    Whether the months that are landed are loaded once this run ends well: if all models
    are part of it.
#}
{% macro counts_as_loaded() %}
    {{- return('true' if not execute or adapter.counts_as_loaded() else 'false') -}}
{% endmacro %}
