{#
    No row is null in any of these columns: one scan where not_null takes one each.
    Without columns, those are meant that the model's contract says are not null.
    Returns the rows that are, with the names of their null columns.
#}
{% test never_null(model, columns=none) %}
{%- set nulls = [] -%}
{%- set names = [] -%}
{%- for column in columns or required_columns() -%}
    {%- do nulls.append(column ~ ' is null') -%}
    {%- do names.append("if(" ~ column ~ " is null, '" ~ column ~ "', null)") -%}
{%- endfor -%}
{%- do counted_with_others(model, 'count_if(' ~ nulls | join(' or ') ~ ')') -%}
with inspected as (
    select
        *,
        concat_ws(', ', {{ names | join(', ') }}) as null_columns
    from {{ model }}
)

select * from inspected
where null_columns != ''
{% endtest %}
