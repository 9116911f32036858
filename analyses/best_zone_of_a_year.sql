-- Which pickup zone earned the most in a given year?
-- One row per service. Of equal zones, the one of smaller id.
with revenue as (
    select * from {{ ref('fct_monthly_zone_revenue') }}
),

zones as (
    select * from {{ ref('dim_zones') }}
),

yearly as (
    select
        service_type,
        pickup_location_id,
        sum(trip_count) as trip_count,
        sum(total_revenue) as total_revenue
    from revenue
    where year(revenue_month) = {{ var('revenue_year', 2020) }}
    group by service_type, pickup_location_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by service_type
            order by total_revenue desc, pickup_location_id asc
        ) as revenue_rank
    from yearly
)

select
    ranked.service_type,
    ranked.pickup_location_id,
    zones.zone_name as pickup_zone_name,
    ranked.trip_count,
    ranked.total_revenue
from ranked
-- inner: the mart holds listed zones only.
inner join zones on ranked.pickup_location_id = zones.location_id
where ranked.revenue_rank = 1
order by ranked.service_type
