{#
    What the parts of a trip's total add up to; a part that TLC left empty counts as 0.
#}
{% macro sum_of_parts() %}
    {%- set parts = [] -%}
    {%- for column in money_columns() if column != 'total_amount' -%}
        {%- do parts.append('coalesce(' ~ column ~ ', 0)') -%}
    {%- endfor -%}
    ({{ parts | join(' + ') }})
{%- endmacro %}
