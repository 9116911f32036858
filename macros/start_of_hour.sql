{#
    The wall-clock hour that a moment falls in. date_trunc is not used because it takes
    a time without zone through the session's zone, where an hour may not exist.
#}
{% macro start_of_hour(moment) %}
    {%- if not moment -%}
        {{ exceptions.raise_compiler_error('start_of_hour: name the moment') }}
    {%- endif -%}
    timestampadd(
        hour, hour({{ moment }}), cast(to_date({{ moment }}) as timestamp_ntz)
    )
{%- endmacro %}
