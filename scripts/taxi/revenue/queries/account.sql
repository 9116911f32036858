-- How many trips and how much money were kept (no reason) or set aside.
select
    set_aside_reason,
    sum(trip_count) as trip_count,
    sum(total_revenue) as total_revenue
from sums
group by set_aside_reason
