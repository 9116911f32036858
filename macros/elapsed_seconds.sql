{#
    Seconds from one New York wall-clock time to another, whatever the clocks did between
    them. Null where one of the two falls into an hour that the wall clock shows twice or
    never: nobody can tell then. UTC is only a means here; the result has no zone.
#}
{% macro elapsed_seconds(start, finish) %}
    {%- if not start or not finish -%}
        {{ exceptions.raise_compiler_error('elapsed_seconds: name both moments') }}
    {%- endif -%}
    case
        when {{ is_unclear_hour(start) }} or {{ is_unclear_hour(finish) }} then null
        else
            timestampdiff(
                second,
                convert_timezone('America/New_York', 'UTC', {{ start }}),
                convert_timezone('America/New_York', 'UTC', {{ finish }})
            )
    end
{%- endmacro %}
