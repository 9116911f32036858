{#
    As dbt's own, which it stands in for, and sharing a scan with its table's other tests.
#}
{% test accepted_values(model, column_name, values, quote=true) %}
{%- set accepted = [] -%}
{%- for value in values -%}
    {%- do accepted.append("'" ~ value ~ "'" if quote else value) -%}
{%- endfor -%}
{%- set is_other = column_name ~ ' not in (' ~ accepted | join(', ') ~ ')' -%}
{%- do counted_with_others(model, 'count_if(' ~ is_other ~ ')') -%}
select
    {{ column_name }} as value_field,
    count(*) as row_count
from {{ model }}
where {{ is_other }}
group by {{ column_name }}
{% endtest %}
