{#
    No two rows agree in all of these columns, which is what the grain says. Two nulls
    agree here, so a key that went missing does not hide a repetition.
#}
{% test unique_combination(model, columns) %}
{%- set key = 'struct(' ~ columns | join(', ') ~ ')' -%}
{%- do counted_with_others(model, 'count(*) - count(distinct ' ~ key ~ ')') -%}
select
    {{ columns | join(',\n    ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
