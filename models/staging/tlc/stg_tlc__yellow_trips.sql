with source as (
    select * from {{ source('tlc', 'yellow_trips') }}
)

select
    'yellow' as service_type,
    source_month,
    source_row_number,
    VendorID as vendor_id,
    RatecodeID as rate_code_id,
    PULocationID as pickup_location_id,
    DOLocationID as dropoff_location_id,
    payment_type as payment_type_id,
    cast(null as int) as trip_type_id,
    passenger_count,
    trip_distance as trip_distance_miles,
    fare_amount,
    extra as extra_amount,
    mta_tax as mta_tax_amount,
    tip_amount,
    tolls_amount,
    cast(null as decimal(9, 2)) as ehail_fee_amount,
    improvement_surcharge as improvement_surcharge_amount,
    congestion_surcharge as congestion_surcharge_amount,
    Airport_fee as airport_fee_amount,
    cbd_congestion_fee as cbd_congestion_fee_amount,
    total_amount,
    store_and_fwd_flag = 'Y' as is_stored_and_forwarded,
    coalesce(is_zone_derived, false) as is_zone_derived,
    tpep_pickup_datetime as pickup_at,
    tpep_dropoff_datetime as dropoff_at
from source
