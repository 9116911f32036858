{#
    An exact amount of money from whole cents, null from null. Spark's division would
    widen the type, so the result is cast to that of all sums of money.
#}
{% macro dollars(cents) %}
    {%- if not cents -%}
        {{ exceptions.raise_compiler_error('dollars: name the column of cents') }}
    {%- endif -%}
    cast({{ cents }} * 0.01 as decimal(19, 2))
{%- endmacro %}
