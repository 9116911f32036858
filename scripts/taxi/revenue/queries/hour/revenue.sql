-- One row per pickup zone and hour, green and yellow side by side.
with green as (
    select * from sums
    where service_type = 'green' and set_aside_reason is null
),

yellow as (
    select * from sums
    where service_type = 'yellow' and set_aside_reason is null
),

side_by_side as (
    select
        coalesce(green.pickup_location_id, yellow.pickup_location_id)
            as pickup_location_id,
        coalesce(green.revenue_hour_at, yellow.revenue_hour_at) as revenue_hour_at,
        coalesce(green.trip_count, 0) as green_trip_count,
        coalesce(yellow.trip_count, 0) as yellow_trip_count,
        coalesce(green.total_revenue, 0) as green_revenue,
        coalesce(yellow.total_revenue, 0) as yellow_revenue
    from green
    -- full: most zones see one service in an hour, and its hour counts all the same.
    -- Neither side may be sent whole to every executor here: each would bring forth the
    -- rows that found nobody. So both are shuffled by zone and hour, sorted and merged.
    full outer join yellow
        on
            -- <=>, as without the review a zone or an hour may be null on both sides.
            green.pickup_location_id <=> yellow.pickup_location_id
            and green.revenue_hour_at <=> yellow.revenue_hour_at
)

select /*+ broadcast(zone_lookup) */
    side_by_side.pickup_location_id,
    zone_lookup.zone_name as pickup_zone_name,
    zone_lookup.borough as pickup_borough,
    side_by_side.revenue_hour_at,
    side_by_side.green_trip_count,
    side_by_side.yellow_trip_count,
    side_by_side.green_trip_count + side_by_side.yellow_trip_count as trip_count,
    cast(side_by_side.green_revenue as decimal(19, 2)) as green_revenue,
    cast(side_by_side.yellow_revenue as decimal(19, 2)) as yellow_revenue,
    cast(side_by_side.green_revenue + side_by_side.yellow_revenue as decimal(19, 2))
        as total_revenue
from side_by_side
left join zone_lookup
    on side_by_side.pickup_location_id = zone_lookup.location_id
order by side_by_side.revenue_hour_at, side_by_side.pickup_location_id
