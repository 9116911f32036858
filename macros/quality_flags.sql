{#
    The rules that flag a row by what stands in it, as column and condition; null is not
    flagged. seeds/quality_rules.csv says what each is for, and a test holds the two
    together. Flags that need another row are made in fct_trips, and that of what could
    not be read in int_trips__reviewed.
#}
{% macro quality_flags() %}
    {{ return({
        'has_negative_total': 'total_amount < 0',
        'has_unexplained_total': "total_pattern = 'unexplained'",
        'has_zero_distance': 'trip_distance_miles = 0',
        'has_unknown_zone':
            'pickup_location_id in (264, 265) or dropoff_location_id in (264, 265)',
        'has_unclear_duration': 'has_unclear_hour',
        'has_dropoff_before_pickup': 'trip_duration_seconds < 0',
        'is_longer_than_23_hours': 'trip_duration_seconds > 23 * 60 * 60',
        'is_longer_than_100_miles': 'trip_distance_miles > 100',
        'is_outside_source_month': "trunc(pickup_at, 'month') != source_month",
    }) }}
{% endmacro %}


{#
    All flags of a trip, in the order of the seed.
#}
{% macro trip_flags() %}
    {{ return([
        'is_reversal',
        'is_reversed',
        'is_exact_duplicate',
        'has_unreadable_distance',
    ] + quality_flags().keys() | list) }}
{% endmacro %}
