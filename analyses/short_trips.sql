-- How many trips were at most one mile long, and how many of those have no distance?
-- One row per month of pickup and service.
with trips as (
    select
        service_type,
        trip_distance_miles,
        trunc(pickup_at, 'month') as pickup_month
    from {{ ref('fct_trips') }}
)

select
    pickup_month,
    service_type,
    count(*) as trip_count,
    count_if(trip_distance_miles <= {{ var('short_trip_miles', 1) }})
        as short_trip_count,
    -- A meter that was not engaged counts 0 too: not every short trip was a short way.
    count_if(trip_distance_miles = 0) as zero_distance_trip_count
from trips
group by pickup_month, service_type
order by pickup_month, service_type
