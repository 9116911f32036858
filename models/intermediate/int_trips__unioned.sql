with green_trips as (
    select * from {{ ref('stg_tlc__green_trips') }}
),

yellow_trips as (
    select * from {{ ref('stg_tlc__yellow_trips') }}
),

unioned as (
    select
        service_type,
        source_month,
        source_row_number,
        vendor_id,
        rate_code_id,
        pickup_location_id,
        dropoff_location_id,
        payment_type_id,
        trip_type_id,
        passenger_count,
        trip_distance_miles,
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
        pickup_at,
        dropoff_at
    from green_trips
    union all
    select
        service_type,
        source_month,
        source_row_number,
        vendor_id,
        rate_code_id,
        pickup_location_id,
        dropoff_location_id,
        payment_type_id,
        trip_type_id,
        passenger_count,
        trip_distance_miles,
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
        pickup_at,
        dropoff_at
    from yellow_trips
)

select
    concat_ws(
        '-', service_type, date_format(source_month, 'yyyy-MM'), source_row_number
    ) as trip_id,
    service_type,
    source_month,
    source_row_number,
    vendor_id,
    rate_code_id,
    pickup_location_id,
    dropoff_location_id,
    payment_type_id,
    trip_type_id,
    passenger_count,
    trip_distance_miles,
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
    pickup_at,
    dropoff_at
from unioned
