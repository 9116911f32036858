{#
    Whether a New York wall-clock time is one that the clock shows twice (from 1:00 on the
    first Sunday of November) or never (from 2:00 on the second Sunday of March). So it
    has been since 2007: Energy Policy Act of 2005, section 110.
#}
{% macro is_unclear_hour(moment) %}
    {%- if not moment -%}
        {{ exceptions.raise_compiler_error('is_unclear_hour: name the moment') }}
    {%- endif -%}
    (
        dayofweek({{ moment }}) = 1
        and (
            (
                month({{ moment }}) = 11
                and day({{ moment }}) <= 7
                and hour({{ moment }}) = 1
            )
            or (
                month({{ moment }}) = 3
                and day({{ moment }}) between 8 and 14
                and hour({{ moment }}) = 2
            )
        )
    )
{%- endmacro %}
