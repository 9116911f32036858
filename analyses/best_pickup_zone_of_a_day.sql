-- In which pickup zone did trips of a given day bring in the most?
-- One row: the zone, both services together. Of equal zones, the one of smaller id.
with hours as (
    select * from {{ ref('fct_hourly_zone_revenue') }}
),

zones as (
    select * from {{ ref('dim_zones') }}
),

daily as (
    select
        pickup_location_id,
        sum(trip_count) as trip_count,
        sum(total_revenue) as total_revenue
    from hours
    where to_date(revenue_hour_at) = date '{{ var("trip_date", "2020-11-18") }}'
    group by pickup_location_id
),

-- A rank rather than a limit: dbt show puts a limit of its own behind the query.
ranked as (
    select
        *,
        row_number() over (
            order by total_revenue desc, pickup_location_id asc
        ) as revenue_rank
    from daily
)

select
    ranked.pickup_location_id,
    zones.zone_name as pickup_zone_name,
    ranked.trip_count,
    ranked.total_revenue
from ranked
-- inner: the mart holds listed zones only.
inner join zones on ranked.pickup_location_id = zones.location_id
where ranked.revenue_rank = 1
