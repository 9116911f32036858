-- Every value that landing could not read is listed, and its row is set aside for it.
-- The number of values is that of the file's line, which landing counts by itself.
with files as (
    select
        service_type,
        source_month,
        unreadable_value_count
    from {{ ref('stg_tlc__source_files') }}
    where {{ loaded_months() }}
),

listed as (
    select * from {{ ref('stg_tlc__unreadable_values') }}
    where {{ loaded_months() }}
),

quarantined as (
    select * from {{ ref('fct_quarantined_trips') }}
    where {{ loaded_months() }}
),

unreadable as (
    select
        listed.service_type,
        listed.source_month,
        count(*) as listed_value_count,
        count(quarantined.trip_id) as set_aside_value_count
    from listed
    left join quarantined
        on
            listed.service_type = quarantined.service_type
            and listed.source_month = quarantined.source_month
            and listed.source_row_number = quarantined.source_row_number
            and quarantined.set_aside_reason = 'unreadable_value'
    group by listed.service_type, listed.source_month
)

select
    coalesce(files.service_type, unreadable.service_type) as service_type,
    coalesce(files.source_month, unreadable.source_month) as source_month,
    files.unreadable_value_count,
    unreadable.listed_value_count,
    unreadable.set_aside_value_count
from files
full outer join unreadable
    on
        files.service_type = unreadable.service_type
        and files.source_month = unreadable.source_month
where
    files.unreadable_value_count
    is distinct from coalesce(unreadable.listed_value_count, 0)
    or files.unreadable_value_count
    is distinct from coalesce(unreadable.set_aside_value_count, 0)
