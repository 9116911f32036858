{#
    As dbt's own, which it stands in for, and sharing a scan with its table's other tests.
#}
{% test unique(model, column_name) %}
{%- do counted_with_others(
    model, 'count(' ~ column_name ~ ') - count(distinct ' ~ column_name ~ ')'
) -%}
select
    {{ column_name }} as unique_field,
    count(*) as row_count
from {{ model }}
where {{ column_name }} is not null
group by {{ column_name }}
having count(*) > 1
{% endtest %}
