with trips as (
    select
        *,
        {{ is_unclear_hour('pickup_at') }} or {{ is_unclear_hour('dropoff_at') }}
            as has_unclear_hour,
        cast({{ sum_of_parts() }} - total_amount as decimal(12, 2)) as excess_amount
    from {{ ref('int_trips__unioned') }}
),

timed as (
    select
        *,
        case
            when not has_unclear_hour
                then {{ elapsed_seconds('pickup_at', 'dropoff_at') }}
        end as trip_duration_seconds
    from trips
),

zones as (
    select * from {{ ref('taxi_zones') }}
),

unreadable_rows as (
    select
        service_type,
        source_month,
        source_row_number,
        -- Revenue does without a distance, and with no other value.
        bool_or(column_name is distinct from 'trip_distance') as has_unreadable_value,
        bool_or(column_name is not distinct from 'trip_distance')
            as has_unreadable_distance
    from {{ ref('stg_tlc__unreadable_values') }}
    group by service_type, source_month, source_row_number
),

looked_up as (
    select /*+ broadcast(zones) */
        timed.*,
        {{ total_pattern() }} as total_pattern,
        zones.LocationID is not null as has_listed_zone,
        coalesce(unreadable_rows.has_unreadable_value, false) as has_unreadable_value,
        coalesce(unreadable_rows.has_unreadable_distance, false)
            as has_unreadable_distance
    from timed
    -- left: a row that finds no zone is set aside below, not dropped here.
    left join zones on timed.pickup_location_id = zones.LocationID
    left join unreadable_rows
        on
            timed.service_type = unreadable_rows.service_type
            and timed.source_month = unreadable_rows.source_month
            and timed.source_row_number = unreadable_rows.source_row_number
),

reviewed as (
    select
        *,
        {%- for flag, condition in quality_flags().items() %}
        coalesce({{ condition }}, false) as {{ flag }},
        {%- endfor %}
        case
            {%- for reason, condition in set_aside_rules().items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
        end as set_aside_reason
    from looked_up
)

-- The columns of the union and those of the review, which the facts name one by one.
select * from reviewed -- noqa: AM04
