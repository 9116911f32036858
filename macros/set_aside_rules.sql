{#
    The rules that set a row aside, as code and condition; the first that holds is the
    reason. seeds/quality_rules.csv says what each is for, and a test holds the two
    together.
#}
{% macro set_aside_rules() %}
    {%- set days = days_beyond_source_month() -%}
    {{ return({
        'unreadable_value': 'has_unreadable_value',
        'missing_pickup_time': 'pickup_at is null',
        'missing_total': 'total_amount is null',
        'pickup_far_from_source_month':
            'to_date(pickup_at) < date_sub(source_month, ' ~ days ~ ')'
            ~ ' or to_date(pickup_at) > date_add(last_day(source_month), ' ~ days ~ ')',
        'pickup_zone_not_listed': 'not has_listed_zone',
    }) }}
{% endmacro %}
