-- The hourly mart, added up again from the trips themselves, by day and number of the
-- hour instead of a moment.
with trips as (
    select
        pickup_location_id,
        to_date(pickup_at) as pickup_date,
        hour(pickup_at) as pickup_hour,
        count_if(service_type = 'green') as green_trip_count,
        count_if(service_type = 'yellow') as yellow_trip_count,
        coalesce(sum(case when service_type = 'green' then total_amount end), 0)
            as green_revenue,
        coalesce(sum(case when service_type = 'yellow' then total_amount end), 0)
            as yellow_revenue
    from {{ ref('fct_trips') }}
    where {{ reached_months('pickup_at') }}
    group by pickup_location_id, pickup_date, pickup_hour
),

hourly as (
    select
        *,
        to_date(revenue_hour_at) as revenue_date,
        hour(revenue_hour_at) as revenue_hour
    from {{ ref('fct_hourly_zone_revenue') }}
    where {{ reached_revenue('revenue_hour_at') }}
)

select
    trips.*,
    hourly.pickup_location_id as hourly_pickup_location_id,
    hourly.revenue_hour_at,
    hourly.green_trip_count as hourly_green_trip_count,
    hourly.yellow_trip_count as hourly_yellow_trip_count,
    hourly.green_revenue as hourly_green_revenue,
    hourly.yellow_revenue as hourly_yellow_revenue
from trips
full outer join hourly
    on
        trips.pickup_location_id = hourly.pickup_location_id
        and trips.pickup_date = hourly.revenue_date
        and trips.pickup_hour = hourly.revenue_hour
where
    trips.green_trip_count is distinct from hourly.green_trip_count
    or trips.yellow_trip_count is distinct from hourly.yellow_trip_count
    or trips.green_revenue is distinct from hourly.green_revenue
    or trips.yellow_revenue is distinct from hourly.yellow_revenue
    or minute(hourly.revenue_hour_at) is distinct from 0
    or second(hourly.revenue_hour_at) is distinct from 0
