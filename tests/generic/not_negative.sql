{#
    No value is below zero. A null passes; never_null is there for that.
#}
{% test not_negative(model, column_name) %}
{%- do counted_with_others(model, 'count_if(' ~ column_name ~ ' < 0)') -%}
select * from {{ model }}
where {{ column_name }} < 0
{% endtest %}
