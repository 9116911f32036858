{#
    No value is below zero. A null passes; never_null is there for that.
#}
{% test not_negative(model, column_name) %}
select * from {{ model }}
where {{ column_name }} < 0
{% endtest %}
