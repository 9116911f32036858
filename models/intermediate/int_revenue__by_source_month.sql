{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with trips as (
    select * from {{ ref('fct_trips') }}
    where {{ loaded_months() }}
)

select
    service_type,
    source_month,
    pickup_location_id,
    {{ start_of_hour('pickup_at') }} as pickup_hour_at,
    count(*) as trip_count,
    count_if(is_reversal) as reversal_count,
    count(passenger_count) as counted_passenger_trip_count,
    sum(passenger_count) as passenger_count,
    count(trip_distance_miles) as measured_distance_trip_count,
    sum(trip_distance_miles) as trip_distance_miles,
    sum(fare_amount) as fare_amount,
    sum(extra_amount) as extra_amount,
    sum(mta_tax_amount) as mta_tax_amount,
    sum(tip_amount) as tip_amount,
    sum(tolls_amount) as tolls_amount,
    sum(ehail_fee_amount) as ehail_fee_amount,
    sum(improvement_surcharge_amount) as improvement_surcharge_amount,
    sum(congestion_surcharge_amount) as congestion_surcharge_amount,
    sum(airport_fee_amount) as airport_fee_amount,
    sum(cbd_congestion_fee_amount) as cbd_congestion_fee_amount,
    sum(total_amount) as total_amount
from trips
group by service_type, source_month, pickup_location_id, pickup_hour_at
