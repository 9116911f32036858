{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with trips as (
    select * from {{ ref('int_trips__unioned') }}
    where {{ loaded_months() }}
),

-- A table, whose size Spark knows: where it is small, no trip moves to be compared.
repeated_hashes as (
    select * from {{ ref('int_trips__repeated_hashes') }}
    where {{ loaded_months() }}
),

unreadable_distances as (
    select
        service_type,
        source_month,
        source_row_number,
        value_text
    from {{ ref('stg_tlc__unreadable_values') }}
    where {{ loaded_months() }} and column_name = 'trip_distance'
),

candidates as (
    select trips.*
    from trips
    left semi join repeated_hashes
        on
            trips.service_type = repeated_hashes.service_type
            and trips.source_month = repeated_hashes.source_month
            and xxhash64(
                {%- for column in tlc_columns() %}
                trips.{{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            ) = repeated_hashes.row_hash
),

-- Rows of one hash may differ, so the columns themselves decide; two nulls agree.
numbered as (
    select
        candidates.service_type,
        candidates.source_month,
        candidates.source_row_number,
        row_number() over (
            partition by
                candidates.service_type,
                candidates.source_month,
                {%- for column in tlc_columns() %}
                candidates.{{ column }},
                {%- endfor %}
                unreadable_distances.value_text
            order by candidates.source_row_number
        ) as copy_number
    from candidates
    -- left: nearly all distances could be read.
    left join unreadable_distances
        on
            candidates.service_type = unreadable_distances.service_type
            and candidates.source_month = unreadable_distances.source_month
            and candidates.source_row_number = unreadable_distances.source_row_number
)

select
    service_type,
    source_month,
    source_row_number
from numbered
where copy_number > 1
