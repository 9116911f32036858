-- How many trips started on a given day, and what did they bring in?
-- One row per service that had any.
with trips as (
    select * from {{ ref('fct_trips') }}
)

select
    service_type,
    count(*) as trip_count,
    sum(total_amount) as total_revenue
from trips
where to_date(pickup_at) = date '{{ var("trip_date", "2020-11-18") }}'
group by service_type
order by service_type
