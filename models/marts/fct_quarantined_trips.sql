{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with reviewed as (
    select * from {{ ref('int_trips__reviewed') }}
)

select
    trip_id,
    service_type,
    set_aside_reason,
    source_month,
    source_row_number,
    vendor_id,
    rate_code_id,
    pickup_location_id,
    dropoff_location_id,
    payment_type_id,
    trip_type_id,
    total_pattern,
    passenger_count,
    trip_distance_miles,
    trip_duration_seconds,
    fare_amount,
    extra_amount,
    mta_tax_amount,
    tip_amount,
    tolls_amount,
    ehail_fee_amount,
    improvement_surcharge_amount,
    congestion_surcharge_amount,
    airport_fee_amount,
    cbd_congestion_fee_amount,
    total_amount,
    is_stored_and_forwarded,
    is_zone_derived,
    has_unreadable_distance,
    has_negative_total,
    has_unexplained_total,
    has_zero_distance,
    has_unknown_zone,
    has_unclear_duration,
    has_dropoff_before_pickup,
    is_longer_than_23_hours,
    is_longer_than_100_miles,
    is_outside_source_month,
    pickup_at,
    dropoff_at
from reviewed
where {{ loaded_months() }} and set_aside_reason is not null
