-- What did each quarter bring in, and how much more than a year before?
-- One row per quarter of pickup and service that has trips.
with revenue as (
    select
        service_type,
        trip_count,
        total_revenue,
        to_date(date_trunc('quarter', revenue_month)) as revenue_quarter
    from {{ ref('fct_monthly_zone_revenue') }}
),

files as (
    select
        service_type,
        to_date(date_trunc('quarter', source_month)) as revenue_quarter
    from {{ ref('fct_source_months') }}
),

-- Quarters compare only if both are whole. Months with trips would not tell: the file
-- of February brings a few trips of January.
loaded as (
    select
        service_type,
        revenue_quarter,
        count(*) as month_count
    from files
    group by service_type, revenue_quarter
),

summed as (
    select
        service_type,
        revenue_quarter,
        sum(trip_count) as trip_count,
        sum(total_revenue) as total_revenue
    from revenue
    group by service_type, revenue_quarter
),

quarterly as (
    select
        summed.service_type,
        summed.revenue_quarter,
        coalesce(loaded.month_count, 0) as loaded_month_count,
        summed.trip_count,
        summed.total_revenue
    from summed
    -- left: a quarter may have stray trips only, and no file.
    left join loaded
        on
            summed.service_type = loaded.service_type
            and summed.revenue_quarter = loaded.revenue_quarter
)

select
    quarterly.revenue_quarter,
    quarterly.service_type,
    quarterly.loaded_month_count,
    quarterly.trip_count,
    quarterly.total_revenue,
    year_before.loaded_month_count as year_before_loaded_month_count,
    year_before.total_revenue as year_before_total_revenue,
    cast(
        100 * (quarterly.total_revenue - year_before.total_revenue)
        / nullif(year_before.total_revenue, 0)
        as decimal(19, 2)
    ) as change_percent
from quarterly
-- left, and by date rather than lag(): the year before may be missing.
left join quarterly as year_before
    on
        quarterly.service_type = year_before.service_type
        and add_months(quarterly.revenue_quarter, -12) = year_before.revenue_quarter
order by quarterly.revenue_quarter, quarterly.service_type
