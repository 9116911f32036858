{%- set factor = var('unusual_month_factor') %}

with landed as (
    select
        service_type,
        source_month,
        landed_row_count
    from {{ ref('fct_source_months') }}
    where landed_row_count > 0
),

spans as (
    select
        service_type,
        explode(
            sequence(min(source_month), max(source_month), interval 1 month)
        ) as source_month
    from landed
    group by service_type
),

neighbours as (
    select
        spans.service_type,
        spans.source_month,
        landed.landed_row_count,
        lag(landed.landed_row_count) over (
            partition by spans.service_type order by spans.source_month
        ) as previous_row_count,
        lead(landed.landed_row_count) over (
            partition by spans.service_type order by spans.source_month
        ) as next_row_count
    from spans
    -- left: a month that is missing is what this table is for.
    left join landed
        on
            spans.service_type = landed.service_type
            and spans.source_month = landed.source_month
),

compared as (
    select
        *,
        (coalesce(previous_row_count, 0) + coalesce(next_row_count, 0))
        / nullif(
            cast(previous_row_count is not null as int)
            + cast(next_row_count is not null as int),
            0
        ) as neighbour_row_count
    from neighbours
)

select
    service_type,
    source_month,
    case
        when landed_row_count is null then 'missing'
        when
            landed_row_count > {{ factor }} * neighbour_row_count
            or neighbour_row_count > {{ factor }} * landed_row_count
            then 'unusual'
        else 'present'
    end as completeness,
    coalesce(landed_row_count, 0) as landed_row_count,
    cast(neighbour_row_count as decimal(19, 1)) as neighbour_row_count
from compared
