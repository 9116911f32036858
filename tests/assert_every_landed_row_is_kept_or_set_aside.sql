-- Every row of every landed file is in fct_trips or in fct_quarantined_trips, and the
-- ledger says so. The facts are counted here, not read from the sums that the ledger
-- uses. The comparison starts from TLC's files and from the facts, so that a month is
-- seen that only one of them has.
with files as (
    select
        service_type,
        source_month,
        row_count
    from {{ ref('stg_tlc__source_files') }}
    where {{ loaded_months() }}
),

trips as (
    select
        service_type,
        source_month,
        true as is_kept
    from {{ ref('fct_trips') }}
    where {{ loaded_months() }}
    union all
    select
        service_type,
        source_month,
        false as is_kept
    from {{ ref('fct_quarantined_trips') }}
    where {{ loaded_months() }}
),

facts as (
    select
        service_type,
        source_month,
        count_if(is_kept) as kept_count,
        count_if(not is_kept) as set_aside_count
    from trips
    group by service_type, source_month
),

ledger as (
    select * from {{ ref('fct_source_months') }}
    where {{ loaded_months() }}
),

months as (
    select
        service_type,
        source_month
    from files
    union distinct
    select
        service_type,
        source_month
    from facts
    union distinct
    select
        service_type,
        source_month
    from ledger
)

select
    months.service_type,
    months.source_month,
    files.row_count,
    facts.kept_count,
    facts.set_aside_count,
    ledger.file_row_count,
    ledger.landed_row_count,
    ledger.kept_trip_count,
    ledger.set_aside_row_count,
    ledger.row_difference
from months
left join files
    on
        months.service_type = files.service_type
        and months.source_month = files.source_month
left join facts
    on
        months.service_type = facts.service_type
        and months.source_month = facts.source_month
left join ledger
    on
        months.service_type = ledger.service_type
        and months.source_month = ledger.source_month
where
    files.row_count
    is distinct from coalesce(facts.kept_count, 0) + coalesce(facts.set_aside_count, 0)
    or ledger.file_row_count is distinct from files.row_count
    or ledger.landed_row_count is distinct from files.row_count
    or ledger.kept_trip_count is distinct from coalesce(facts.kept_count, 0)
    or ledger.set_aside_row_count is distinct from coalesce(facts.set_aside_count, 0)
    or ledger.row_difference is distinct from 0
    or ledger.set_aside_row_count is distinct from (
        {%- for reason in set_aside_rules() %}
        {{ '+ ' if not loop.first }}ledger.{{ reason }}_row_count
        {%- endfor %}
    )
