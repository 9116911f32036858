{#
    Turns the money columns of a relation into rows of amount_name and amount. A sum
    over no value is null and counts as 0, so that sides can be compared.
#}
{% macro amounts_as_rows() %}
    {%- set pairs = [] -%}
    {%- for column in money_columns() -%}
        {%- do pairs.append("'" ~ column ~ "', coalesce(" ~ column ~ ", 0)") -%}
    {%- endfor -%}
    stack({{ pairs | length }}, {{ pairs | join(', ') }}) as (amount_name, amount)
{%- endmacro %}
