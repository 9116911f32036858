-- Every trip, with the reason to set it aside where there is one; the first that holds
-- counts. seeds/quality_rules.csv says what each is for. A trip keeps all its columns.
select /*+ broadcast(zone_lookup) */
    read_trips.*, -- noqa: AM04
    case
        when read_trips.pickup_at is null then 'missing_pickup_time'
        when read_trips.total_amount is null then 'missing_total'
        when
            to_date(read_trips.pickup_at) < date_sub(read_trips.source_month, 31)
            or to_date(read_trips.pickup_at)
            > date_add(last_day(read_trips.source_month), 31)
            then 'pickup_far_from_source_month'
        when zone_lookup.location_id is null then 'pickup_zone_not_listed'
    end as set_aside_reason
from read_trips
-- left: an inner join would lose trips without a word.
-- broadcast: the lookup is sent whole to every executor, so the trips stay where they
-- are. Else both sides would be shuffled by the zone, that is, every trip moved.
left join zone_lookup on read_trips.pickup_location_id = zone_lookup.location_id
