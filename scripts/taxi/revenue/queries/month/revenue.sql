-- One row per pickup zone, service and month of pickup.
select /*+ broadcast(zone_lookup) */
    sums.pickup_location_id,
    zone_lookup.zone_name as pickup_zone_name,
    zone_lookup.borough as pickup_borough,
    sums.service_type,
    sums.revenue_month,
    sums.trip_count,
    sums.fare_revenue,
    sums.extra_revenue,
    sums.mta_tax_revenue,
    sums.tip_revenue,
    sums.tolls_revenue,
    sums.ehail_fee_revenue,
    sums.improvement_surcharge_revenue,
    sums.congestion_surcharge_revenue,
    sums.airport_fee_revenue,
    sums.cbd_congestion_fee_revenue,
    sums.total_revenue
from sums
-- left: without the review a zone may be one that the lookup lacks.
left join zone_lookup on sums.pickup_location_id = zone_lookup.location_id
where sums.set_aside_reason is null
-- Another shuffle, by ranges of the keys: each partition then holds, in order, the rows
-- between two bounds, and so do the files.
order by sums.revenue_month, sums.service_type, sums.pickup_location_id
