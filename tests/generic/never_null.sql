{#
    No row is null in any of these columns: one scan where not_null takes one each.
    Returns the rows that are, with the names of their null columns.
#}
{% test never_null(model, columns) %}
{%- set names = [] -%}
{%- for column in columns -%}
    {%- do names.append("if(" ~ column ~ " is null, '" ~ column ~ "', null)") -%}
{%- endfor -%}
with inspected as (
    select
        *,
        concat_ws(', ', {{ names | join(', ') }}) as null_columns
    from {{ model }}
)

select * from inspected
where null_columns != ''
{% endtest %}
