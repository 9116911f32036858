{#
    A condition is true of every row; null is not true.
#}
{% test holds_for_every_row(model, condition) %}
select * from {{ model }}
where not coalesce({{ condition }}, false)
{% endtest %}
