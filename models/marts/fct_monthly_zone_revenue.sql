{{ config(
    materialized='incremental',
    partition_by=['service_type', 'revenue_month'],
    meta={'revenue_column': 'revenue_month'},
) }}

with revenue as (
    select * from {{ ref('int_revenue__by_source_month') }}
    where {{ reached_months('pickup_hour_at') }}
),

zones as (
    select * from {{ ref('dim_zones') }}
),

monthly as (
    select
        pickup_location_id,
        service_type,
        trunc(pickup_hour_at, 'month') as revenue_month,
        sum(trip_count) as trip_count,
        sum(reversal_count) as reversal_count,
        sum(passenger_count) as passenger_count,
        sum(counted_passenger_trip_count) as counted_passenger_trip_count,
        sum(trip_distance_miles) as trip_distance_miles,
        sum(measured_distance_trip_count) as measured_distance_trip_count,
        {{ sum_of_money('fare_amount') }} as fare_revenue,
        {{ sum_of_money('extra_amount') }} as extra_revenue,
        {{ sum_of_money('mta_tax_amount') }} as mta_tax_revenue,
        {{ sum_of_money('tip_amount') }} as tip_revenue,
        {{ sum_of_money('tolls_amount') }} as tolls_revenue,
        {{ sum_of_money('ehail_fee_amount') }} as ehail_fee_revenue,
        {{ sum_of_money('improvement_surcharge_amount') }}
            as improvement_surcharge_revenue,
        {{ sum_of_money('congestion_surcharge_amount') }}
            as congestion_surcharge_revenue,
        {{ sum_of_money('airport_fee_amount') }} as airport_fee_revenue,
        {{ sum_of_money('cbd_congestion_fee_amount') }} as cbd_congestion_fee_revenue,
        {{ sum_of_money('total_amount') }} as total_revenue
    from revenue
    group by pickup_location_id, service_type, revenue_month
)

select /*+ broadcast(zones) */
    monthly.pickup_location_id,
    zones.zone_name as pickup_zone_name,
    zones.borough as pickup_borough,
    monthly.service_type,
    monthly.revenue_month,
    monthly.trip_count,
    monthly.reversal_count,
    -- A reversal and the trip that it reverses are none.
    monthly.trip_count - 2 * monthly.reversal_count as unreversed_trip_count,
    monthly.fare_revenue,
    monthly.extra_revenue,
    monthly.mta_tax_revenue,
    monthly.tip_revenue,
    monthly.tolls_revenue,
    monthly.ehail_fee_revenue,
    monthly.improvement_surcharge_revenue,
    monthly.congestion_surcharge_revenue,
    monthly.airport_fee_revenue,
    monthly.cbd_congestion_fee_revenue,
    monthly.total_revenue,
    -- Integers divide to a double in Spark, a decimal divides exactly.
    cast(
        cast(monthly.passenger_count as decimal(19, 0))
        / nullif(monthly.counted_passenger_trip_count, 0)
        as decimal(14, 4)
    ) as average_passenger_count,
    cast(
        monthly.trip_distance_miles / nullif(monthly.measured_distance_trip_count, 0)
        as decimal(11, 4)
    ) as average_trip_distance_miles
from monthly
-- inner: a trip whose zone the lookup lacks was set aside before this.
inner join zones on monthly.pickup_location_id = zones.location_id
