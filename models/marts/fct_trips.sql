{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with reviewed as (
    select * from {{ ref('int_trips__reviewed') }}
    where {{ loaded_months() }} and set_aside_reason is null
),

pairs as (
    select * from {{ ref('int_reversals__paired') }}
    where {{ loaded_months() }}
),

duplicates as (
    select * from {{ ref('int_trips__duplicated') }}
    where {{ loaded_months() }}
)

select
    reviewed.trip_id,
    reviewed.service_type,
    reviewed.source_month,
    reviewed.source_row_number,
    reviewed.vendor_id,
    reviewed.rate_code_id,
    reviewed.pickup_location_id,
    reviewed.dropoff_location_id,
    reviewed.payment_type_id,
    reviewed.trip_type_id,
    pairs.reversal_trip_id,
    reviewed.total_pattern,
    reviewed.passenger_count,
    reviewed.trip_distance_miles,
    reviewed.trip_duration_seconds,
    reviewed.fare_amount,
    reviewed.extra_amount,
    reviewed.mta_tax_amount,
    reviewed.tip_amount,
    reviewed.tolls_amount,
    reviewed.ehail_fee_amount,
    reviewed.improvement_surcharge_amount,
    reviewed.congestion_surcharge_amount,
    reviewed.airport_fee_amount,
    reviewed.cbd_congestion_fee_amount,
    reviewed.total_amount,
    reviewed.is_stored_and_forwarded,
    reviewed.is_zone_derived,
    coalesce(pairs.is_reversal, false) as is_reversal,
    coalesce(not pairs.is_reversal, false) as is_reversed,
    duplicates.source_row_number is not null as is_exact_duplicate,
    reviewed.has_unreadable_distance,
    reviewed.has_negative_total,
    reviewed.has_unexplained_total,
    reviewed.has_zero_distance,
    reviewed.has_unknown_zone,
    reviewed.has_unclear_duration,
    reviewed.has_dropoff_before_pickup,
    reviewed.is_longer_than_23_hours,
    reviewed.is_longer_than_100_miles,
    reviewed.is_outside_source_month,
    reviewed.pickup_at,
    reviewed.dropoff_at
from reviewed
left join pairs
    on
        reviewed.service_type = pairs.service_type
        and reviewed.source_month = pairs.source_month
        and reviewed.source_row_number = pairs.source_row_number
left join duplicates
    on
        reviewed.service_type = duplicates.service_type
        and reviewed.source_month = duplicates.source_month
        and reviewed.source_row_number = duplicates.source_row_number
