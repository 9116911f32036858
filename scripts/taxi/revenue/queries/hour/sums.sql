-- As month/sums.sql, by the wall-clock hour of the pickup.
select
    pickup_location_id,
    service_type,
    -- The session's zone is UTC, which has every hour once, as no wall clock has.
    cast(date_trunc('hour', pickup_at) as timestamp_ntz) as revenue_hour_at,
    set_aside_reason,
    count(*) as trip_count,
    cast(coalesce(sum(total_amount), 0) as decimal(19, 2)) as total_revenue
from reviewed_trips
group by pickup_location_id, service_type, revenue_hour_at, set_aside_reason
