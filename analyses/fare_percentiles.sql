-- Below which fare lie 90, 95 and 97 in a hundred trips that were paid for?
-- One row per month of pickup and service.
with trips as (
    select
        service_type,
        fare_amount,
        trunc(pickup_at, 'month') as pickup_month
    from {{ ref('fct_trips') }}
    where
        fare_amount > 0
        and trip_distance_miles > 0
        -- By card or in cash.
        and payment_type_id in (1, 2)
)

-- percentile() is exact and percentile_approx() is not: the answer is a sum of money,
-- and must not change with the number of tasks. It costs memory per distinct fare, of
-- which there are a few thousand. Four decimals hold whatever it finds between two
-- fares, so nothing is lost by leaving its doubles.
select
    pickup_month,
    service_type,
    count(*) as paid_trip_count,
    cast(percentile(fare_amount, 0.90) as decimal(11, 4)) as fare_percentile_90,
    cast(percentile(fare_amount, 0.95) as decimal(11, 4)) as fare_percentile_95,
    cast(percentile(fare_amount, 0.97) as decimal(11, 4)) as fare_percentile_97
from trips
group by pickup_month, service_type
order by pickup_month, service_type
