{#
    A relation holds at least one row. Without this, tests over nothing would pass.
#}
{% test not_empty(model) %}
select '{{ model }}' as empty_relation
where not exists (select 1 from {{ model }})
{% endtest %}
