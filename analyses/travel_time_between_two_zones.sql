-- Within which time do nine in ten trips get from one zone to another?
-- One row per month of pickup and service that has such trips.
with trips as (
    select
        service_type,
        trip_duration_seconds,
        trunc(pickup_at, 'month') as pickup_month
    from {{ ref('fct_trips') }}
    where
        pickup_location_id = {{ var('pickup_location_id', 74) }}
        and dropoff_location_id = {{ var('dropoff_location_id', 75) }}
        -- Leaves out what the clocks cannot tell: null, or a dropoff before the pickup.
        and trip_duration_seconds > 0
)

-- percentile() is exact, see fare_percentiles; a tenth of a second holds the answer.
select
    pickup_month,
    service_type,
    count(*) as timed_trip_count,
    cast(percentile(trip_duration_seconds, 0.9) as decimal(11, 1))
        as trip_duration_seconds_percentile_90
from trips
group by pickup_month, service_type
order by pickup_month, service_type
