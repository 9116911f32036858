{#
    A sum of money: exact, 0 over no value, and of one type wherever it stands, however
    many sums it is a sum of.
#}
{% macro sum_of_money(column) %}
    {%- if not column -%}
        {{ exceptions.raise_compiler_error('sum_of_money: name the column') }}
    {%- endif -%}
    cast(coalesce(sum({{ column }}), 0) as decimal(19, 2))
{%- endmacro %}
