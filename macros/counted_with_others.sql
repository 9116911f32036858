{#
    Lets a test share one scan of a table with the table's other tests. `count` is an
    aggregate that is 0 if the test passes; if it is not, the test's own query is run.
#}
{% macro counted_with_others(relation, count) %}
    {%- if execute -%}
        {%- do adapter.counted_with_others(model.unique_id, relation, count) -%}
    {%- endif -%}
{% endmacro %}
