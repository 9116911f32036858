-- Spark adds up twice: first within each partition, where the trips lie (the plan's
-- partial_sum), then, after a shuffle by the four keys, across partitions. So a few
-- rows per zone and month travel, and not the trips.
select
    pickup_location_id,
    service_type,
    trunc(to_date(pickup_at), 'month') as revenue_month,
    -- A key too: what is set aside is added up in the same pass over the files.
    set_aside_reason,
    count(*) as trip_count,
    -- The sum of decimals is exact, that of doubles hangs on the order of the rows.
    cast(coalesce(sum(fare_amount), 0) as decimal(19, 2)) as fare_revenue,
    cast(coalesce(sum(extra_amount), 0) as decimal(19, 2)) as extra_revenue,
    cast(coalesce(sum(mta_tax_amount), 0) as decimal(19, 2)) as mta_tax_revenue,
    cast(coalesce(sum(tip_amount), 0) as decimal(19, 2)) as tip_revenue,
    cast(coalesce(sum(tolls_amount), 0) as decimal(19, 2)) as tolls_revenue,
    cast(coalesce(sum(ehail_fee_amount), 0) as decimal(19, 2)) as ehail_fee_revenue,
    cast(coalesce(sum(improvement_surcharge_amount), 0) as decimal(19, 2))
        as improvement_surcharge_revenue,
    cast(coalesce(sum(congestion_surcharge_amount), 0) as decimal(19, 2))
        as congestion_surcharge_revenue,
    cast(coalesce(sum(airport_fee_amount), 0) as decimal(19, 2))
        as airport_fee_revenue,
    cast(coalesce(sum(cbd_congestion_fee_amount), 0) as decimal(19, 2))
        as cbd_congestion_fee_revenue,
    cast(coalesce(sum(total_amount), 0) as decimal(19, 2)) as total_revenue
from reviewed_trips
group by pickup_location_id, service_type, revenue_month, set_aside_reason
