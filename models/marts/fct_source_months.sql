{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with files as (
    select * from {{ ref('stg_tlc__source_files') }}
    where {{ loaded_months() }}
),

landed as (
    select * from {{ ref('int_landed__by_source_month') }}
    where {{ loaded_months() }}
),

kept as (
    select
        service_type,
        source_month,
        sum(trip_count) as trip_count,
        sum(total_amount) as total_amount
    from {{ ref('int_revenue__by_source_month') }}
    where {{ loaded_months() }}
    group by service_type, source_month
),

quarantined as (
    select * from {{ ref('int_quarantined__by_source_month') }}
    where {{ loaded_months() }}
),

flags as (
    select * from {{ ref('int_flags__by_source_month') }}
    where {{ loaded_months() }}
),

-- A month counts wherever it occurs: a file without rows, rows without a file's line
-- and trips whose file was withdrawn must all be seen.
months as (
    select
        service_type,
        source_month
    from files
    union distinct
    select
        service_type,
        source_month
    from landed
    union distinct
    select
        service_type,
        source_month
    from kept
    union distinct
    select
        service_type,
        source_month
    from quarantined
),

joined as (
    select
        months.service_type,
        months.source_month,
        files.source_file,
        files.source_format,
        files.sha256,
        coalesce(files.row_count, 0) as file_row_count,
        coalesce(landed.landed_row_count, 0) as landed_row_count,
        coalesce(kept.trip_count, 0) as kept_trip_count,
        coalesce(quarantined.set_aside_row_count, 0) as set_aside_row_count,
        {%- for reason in set_aside_rules() %}
        coalesce(quarantined.{{ reason }}_row_count, 0) as {{ reason }}_row_count,
        cast(coalesce(quarantined.{{ reason }}_total_amount, 0) as decimal(19, 2))
            as {{ reason }}_total_amount,
        {%- endfor %}
        {%- for flag in trip_flags() %}
        coalesce(flags.{{ flag }}_trip_count, 0) as {{ flag }}_trip_count,
        {%- endfor %}
        coalesce(files.total_amount, 0) as file_total_amount,
        coalesce(landed.total_amount, 0) as landed_total_amount,
        coalesce(kept.total_amount, 0) as kept_total_amount,
        coalesce(quarantined.total_amount, 0) as set_aside_total_amount,
        files.landed_at
    from months
    left join files
        on
            months.service_type = files.service_type
            and months.source_month = files.source_month
    left join landed
        on
            months.service_type = landed.service_type
            and months.source_month = landed.source_month
    left join kept
        on
            months.service_type = kept.service_type
            and months.source_month = kept.source_month
    left join quarantined
        on
            months.service_type = quarantined.service_type
            and months.source_month = quarantined.source_month
    left join flags
        on
            months.service_type = flags.service_type
            and months.source_month = flags.source_month
)

select
    service_type,
    source_month,
    source_file,
    source_format,
    sha256,
    file_row_count,
    landed_row_count,
    kept_trip_count,
    set_aside_row_count,
    {%- for reason in set_aside_rules() %}
    {{ reason }}_row_count,
    {%- endfor %}
    {%- for flag in trip_flags() %}
    {{ flag }}_trip_count,
    {%- endfor %}
    cast(file_total_amount as decimal(19, 2)) as file_total_amount,
    cast(landed_total_amount as decimal(19, 2)) as landed_total_amount,
    cast(kept_total_amount as decimal(19, 2)) as kept_total_amount,
    cast(set_aside_total_amount as decimal(19, 2)) as set_aside_total_amount,
    {%- for reason in set_aside_rules() %}
    {{ reason }}_total_amount,
    {%- endfor %}
    file_row_count - kept_trip_count - set_aside_row_count as row_difference,
    cast(
        file_total_amount - kept_total_amount - set_aside_total_amount
        as decimal(19, 2)
    ) as total_amount_difference,
    landed_at
from joined
