{#
    Seconds from one New York wall-clock time to another, whatever the clocks did between
    them. What it says of an hour that the clock shows twice or never is a guess: see
    is_unclear_hour. Within a day that is no Sunday nothing is to be corrected, which
    spares nearly all trips the calendar.
#}
{% macro elapsed_seconds(start, finish) %}
    {%- if not start or not finish -%}
        {{ exceptions.raise_compiler_error('elapsed_seconds: name both moments') }}
    {%- endif -%}
    timestampdiff(second, {{ start }}, {{ finish }})
    + case
        when to_date({{ start }}) = to_date({{ finish }}) and dayofweek({{ start }}) > 1
            then 0
        else
            3600 * (
                cast({{ is_daylight_saving_time(start) }} as int)
                - cast({{ is_daylight_saving_time(finish) }} as int)
            )
    end
{%- endmacro %}
