{#
    A condition is true of every row; null is not true.
#}
{% test holds_for_every_row(model, condition) %}
{%- set is_broken = 'not coalesce(' ~ condition ~ ', false)' -%}
{%- do counted_with_others(model, 'count_if(' ~ is_broken ~ ')') -%}
select * from {{ model }}
where {{ is_broken }}
{% endtest %}
