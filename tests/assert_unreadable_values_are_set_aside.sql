-- Every value that landing could not read is listed. Its row is set aside for it,
-- unless all that could not be read is the distance: then it is kept, without a
-- distance and with a flag. No other row has the flag. The number of values is that of
-- the file's line, which landing counts by itself.
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

unreadable_rows as (
    select
        service_type,
        source_month,
        source_row_number,
        count(*) as value_count,
        count_if(column_name = 'trip_distance') = count(*) as is_distance_alone
    from listed
    group by service_type, source_month, source_row_number
),

marked as (
    select
        service_type,
        source_month,
        source_row_number,
        true as is_set_aside,
        true as is_sound
    from {{ ref('fct_quarantined_trips') }}
    where {{ loaded_months() }} and set_aside_reason = 'unreadable_value'
    union all
    select
        service_type,
        source_month,
        source_row_number,
        false as is_set_aside,
        trip_distance_miles is null as is_sound
    from {{ ref('fct_trips') }}
    where {{ loaded_months() }} and has_unreadable_distance
    union all
    -- A distance alone is no reason that comes first, and another may follow.
    select
        service_type,
        source_month,
        source_row_number,
        false as is_set_aside,
        trip_distance_miles is null as is_sound
    from {{ ref('fct_quarantined_trips') }}
    where
        {{ loaded_months() }}
        and has_unreadable_distance
        and set_aside_reason != 'unreadable_value'
),

compared as (
    select
        coalesce(unreadable_rows.service_type, marked.service_type) as service_type,
        coalesce(unreadable_rows.source_month, marked.source_month) as source_month,
        coalesce(unreadable_rows.value_count, 0) as value_count,
        coalesce(
            marked.is_sound
            and unreadable_rows.is_distance_alone != marked.is_set_aside,
            false
        ) as is_as_it_should_be
    from unreadable_rows
    full outer join marked
        on
            unreadable_rows.service_type = marked.service_type
            and unreadable_rows.source_month = marked.source_month
            and unreadable_rows.source_row_number = marked.source_row_number
),

unreadable as (
    select
        service_type,
        source_month,
        sum(value_count) as listed_value_count,
        count_if(not is_as_it_should_be) as misplaced_row_count
    from compared
    group by service_type, source_month
)

select
    coalesce(files.service_type, unreadable.service_type) as service_type,
    coalesce(files.source_month, unreadable.source_month) as source_month,
    files.unreadable_value_count,
    unreadable.listed_value_count,
    unreadable.misplaced_row_count
from files
full outer join unreadable
    on
        files.service_type = unreadable.service_type
        and files.source_month = unreadable.source_month
where
    files.unreadable_value_count
    is distinct from coalesce(unreadable.listed_value_count, 0)
    or unreadable.misplaced_row_count > 0
