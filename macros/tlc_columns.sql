{#
    The columns of int_trips__unioned that hold what TLC's file says of a trip. Rows that
    agree in all of them are copies of each other; a test holds the list to the union.
#}
{% macro tlc_columns() %}
    {{ return([
        'vendor_id',
        'rate_code_id',
        'pickup_location_id',
        'dropoff_location_id',
        'payment_type_id',
        'trip_type_id',
        'passenger_count',
        'trip_distance_miles',
        'is_stored_and_forwarded',
        'pickup_at',
        'dropoff_at',
    ] + money_columns()) }}
{% endmacro %}
