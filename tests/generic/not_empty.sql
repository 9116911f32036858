{#
    A relation holds at least one row, of whatever month. Without this, tests over nothing
    would pass.
#}
{% test not_empty(model) %}
{{ config(where='true') }}
{%- do counted_with_others(model, 'int(count(*) = 0)') -%}
select '{{ model }}' as empty_relation
where not exists (select 1 from {{ model }})
{% endtest %}
