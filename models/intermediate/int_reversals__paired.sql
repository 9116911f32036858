{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with trips as (
    select
        service_type,
        source_month,
        source_row_number,
        trip_id,
        pickup_at,
        pickup_location_id,
        dropoff_location_id,
        abs(total_amount) as mirrored_amount,
        total_amount < 0 as is_reversal
    from {{ ref('int_trips__reviewed') }}
    where
        {{ loaded_months() }}
        and set_aside_reason is null
        and total_amount != 0
),

reversed_keys as (
    -- Names of their own, as Spark 3.5 resolves no self-join in a create table.
    select distinct
        service_type as reversed_service_type,
        source_month as reversed_source_month,
        pickup_at as reversed_pickup_at,
        pickup_location_id as reversed_pickup_location_id,
        dropoff_location_id as reversed_dropoff_location_id,
        mirrored_amount as reversed_mirrored_amount
    from trips
    where is_reversal
),

candidates as (
    -- Spark would move every trip, not knowing how few these keys are: a handful in
    -- a thousand trips of one statement, which rows_per_statement bounds.
    select /*+ broadcast(reversed_keys) */ trips.*
    from trips
    left semi join reversed_keys
        on
            trips.service_type = reversed_keys.reversed_service_type
            and trips.source_month = reversed_keys.reversed_source_month
            and trips.pickup_at = reversed_keys.reversed_pickup_at
            and trips.pickup_location_id = reversed_keys.reversed_pickup_location_id
            -- A dropoff zone may be missing on both sides.
            and trips.dropoff_location_id <=> reversed_keys.reversed_dropoff_location_id
            and trips.mirrored_amount = reversed_keys.reversed_mirrored_amount
),

numbered as (
    select
        *,
        row_number() over (
            partition by
                service_type,
                source_month,
                pickup_at,
                pickup_location_id,
                dropoff_location_id,
                mirrored_amount,
                is_reversal
            order by source_row_number
        ) as pair_number
    from candidates
),

paired as (
    select
        *,
        -- The nth reversal and the nth trip of a key are a pair; one alone is none.
        lead(trip_id) over pair as next_trip_id,
        lag(trip_id) over pair as previous_trip_id
    from numbered
    window pair as (
        partition by
            service_type,
            source_month,
            pickup_at,
            pickup_location_id,
            dropoff_location_id,
            mirrored_amount,
            pair_number
        order by is_reversal
    )
)

select
    service_type,
    source_month,
    source_row_number,
    is_reversal,
    coalesce(next_trip_id, previous_trip_id) as reversal_trip_id
from paired
where coalesce(next_trip_id, previous_trip_id) is not null
