{#
    Whether New York's clocks are an hour ahead at a wall-clock time: from 2:00 on the
    second Sunday of March to 2:00 on the first Sunday of November, of which the last hour
    comes twice. So it has been since 2007: Energy Policy Act of 2005, section 110. TLC's
    files begin in 2009.
#}
{% macro is_daylight_saving_time(moment) %}
    {%- if not moment -%}
        {{ exceptions.raise_compiler_error('is_daylight_saving_time: name the moment') }}
    {%- endif -%}
    (
        {{ moment }}
        >= next_day(make_date(year({{ moment }}), 3, 7), 'Sunday') + interval 2 hours
        and {{ moment }}
        < next_day(make_date(year({{ moment }}), 10, 31), 'Sunday') + interval 1 hour
    )
{%- endmacro %}
