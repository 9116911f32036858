-- Which trip went farthest on each day?
-- One row per day of pickup and service.
with trips as (
    select * from {{ ref('fct_trips') }}
),

believable as (
    select
        trip_id,
        service_type,
        source_month,
        source_row_number,
        pickup_location_id,
        dropoff_location_id,
        trip_distance_miles,
        total_amount,
        to_date(pickup_at) as pickup_date
    from trips
    -- Beyond it lie meters gone wrong: single trips of 100,000 miles and more.
    where trip_distance_miles <= {{ var('longest_believable_miles', 100) }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by service_type, pickup_date
            order by
                trip_distance_miles desc, source_month asc, source_row_number asc
        ) as distance_rank
    from believable
)

select
    pickup_date,
    service_type,
    trip_id,
    pickup_location_id,
    dropoff_location_id,
    trip_distance_miles,
    total_amount
from ranked
where distance_rank = 1
order by service_type, pickup_date
