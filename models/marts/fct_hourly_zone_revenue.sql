{{ config(
    materialized='incremental',
    partition_by=['months(revenue_hour_at)'],
    meta={'revenue_column': 'revenue_hour_at'},
) }}

with revenue as (
    select * from {{ ref('int_revenue__by_source_month') }}
    where {{ reached_months('pickup_hour_at') }}
),

zones as (
    select * from {{ ref('dim_zones') }}
),

hourly as (
    select
        pickup_location_id,
        pickup_hour_at,
        service_type,
        sum(trip_count) as trip_count,
        sum(reversal_count) as reversal_count,
        {{ sum_of_money('total_amount') }} as total_revenue
    from revenue
    group by pickup_location_id, pickup_hour_at, service_type
),

green as (
    select * from hourly
    where service_type = 'green'
),

yellow as (
    select * from hourly
    where service_type = 'yellow'
),

side_by_side as (
    select
        coalesce(green.pickup_location_id, yellow.pickup_location_id)
            as pickup_location_id,
        coalesce(green.pickup_hour_at, yellow.pickup_hour_at) as revenue_hour_at,
        coalesce(green.reversal_count, 0) + coalesce(yellow.reversal_count, 0)
            as reversal_count,
        coalesce(green.trip_count, 0) as green_trip_count,
        coalesce(green.total_revenue, 0) as green_revenue,
        coalesce(yellow.trip_count, 0) as yellow_trip_count,
        coalesce(yellow.total_revenue, 0) as yellow_revenue
    from green
    -- full: most zones see one service in an hour, and its hour counts all the same.
    full outer join yellow
        on
            green.pickup_location_id = yellow.pickup_location_id
            and green.pickup_hour_at = yellow.pickup_hour_at
)

select /*+ broadcast(zones) */
    side_by_side.pickup_location_id,
    zones.zone_name as pickup_zone_name,
    zones.borough as pickup_borough,
    side_by_side.revenue_hour_at,
    side_by_side.green_trip_count,
    side_by_side.yellow_trip_count,
    side_by_side.green_trip_count + side_by_side.yellow_trip_count as trip_count,
    side_by_side.reversal_count,
    cast(side_by_side.green_revenue as decimal(19, 2)) as green_revenue,
    cast(side_by_side.yellow_revenue as decimal(19, 2)) as yellow_revenue,
    cast(side_by_side.green_revenue + side_by_side.yellow_revenue as decimal(19, 2))
        as total_revenue
from side_by_side
-- inner: a trip whose zone the lookup lacks was set aside before this.
inner join zones on side_by_side.pickup_location_id = zones.location_id
