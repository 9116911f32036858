{#
    As dbt's own, which it stands in for, and sharing a scan with its table's other tests.
#}
{% test not_null(model, column_name) %}
{%- do counted_with_others(model, 'count_if(' ~ column_name ~ ' is null)') -%}
select * from {{ model }}
where {{ column_name }} is null
{% endtest %}
