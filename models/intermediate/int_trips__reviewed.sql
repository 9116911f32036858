with trips as (
    select * from {{ ref('int_trips__unioned') }}
),

zones as (
    select * from {{ ref('taxi_zones') }}
),

unreadable_rows as (
    select
        service_type,
        source_month,
        source_row_number
    from {{ ref('stg_tlc__unreadable_values') }}
    group by service_type, source_month, source_row_number
),

looked_up as (
    select /*+ broadcast(zones), broadcast(unreadable_rows) */
        trips.*,
        timestampdiff(second, trips.pickup_at, trips.dropoff_at)
            as trip_duration_seconds,
        zones.LocationID is not null as has_listed_zone,
        unreadable_rows.source_row_number is not null as has_unreadable_value
    from trips
    -- left: a row that finds no zone is set aside below, not dropped here.
    left join zones on trips.pickup_location_id = zones.LocationID
    left join unreadable_rows
        on
            trips.service_type = unreadable_rows.service_type
            and trips.source_month = unreadable_rows.source_month
            and trips.source_row_number = unreadable_rows.source_row_number
),

reviewed as (
    select
        *,
        case
            when has_unreadable_value then 'unreadable_value'
            when pickup_at is null then 'missing_pickup_time'
            when total_amount is null then 'missing_total'
            when
                to_date(pickup_at) < date_sub(source_month, 31)
                or to_date(pickup_at) > date_add(last_day(source_month), 31)
                then 'pickup_far_from_source_month'
            when not has_listed_zone then 'pickup_zone_not_listed'
        end as set_aside_reason,
        coalesce(total_amount < 0, false) as has_negative_total,
        coalesce(trip_distance_miles = 0, false) as has_zero_distance,
        coalesce(trip_distance_miles > 100, false) as is_longer_than_100_miles,
        coalesce(
            pickup_location_id in (264, 265) or dropoff_location_id in (264, 265), false
        ) as has_unknown_zone,
        coalesce(trunc(pickup_at, 'month') != source_month, false)
            as is_outside_source_month,
        coalesce(dropoff_at < pickup_at, false) as has_dropoff_before_pickup,
        coalesce(trip_duration_seconds > 23 * 60 * 60, false)
            as is_longer_than_23_hours,
        coalesce(total_amount != {{ sum_of_parts() }}, false) as has_total_unlike_parts
    from looked_up
)

-- The columns of the union and those of the review, which the facts name one by one.
select * from reviewed -- noqa: AM04
