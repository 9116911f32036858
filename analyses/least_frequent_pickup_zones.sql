-- In which zone did the fewest trips start, of those where any did?
-- One row per month of pickup and service. Of equal zones, the one of smaller id; the
-- last column says how many are equal.
with revenue as (
    select * from {{ ref('fct_monthly_zone_revenue') }}
),

ranked as (
    select
        revenue_month,
        service_type,
        pickup_location_id,
        pickup_zone_name,
        trip_count,
        row_number() over (
            partition by revenue_month, service_type
            order by trip_count, pickup_location_id
        ) as rarity_rank,
        count(*) over (
            partition by revenue_month, service_type, trip_count
        ) as equally_rare_zone_count
    from revenue
)

select
    revenue_month,
    service_type,
    pickup_location_id,
    pickup_zone_name,
    trip_count,
    equally_rare_zone_count
from ranked
where rarity_rank = 1
order by revenue_month, service_type
