-- The monthly mart, added up again from the trips themselves, by other expressions than
-- the models use. Averages are compared by whether there is one: what is missing there
-- must be missing in the trips, and not lost in a cast.
with trips as (
    select
        pickup_location_id,
        service_type,
        make_date(year(pickup_at), month(pickup_at), 1) as revenue_month,
        {%- for column in money_columns() %}
        coalesce(sum({{ column }}), 0) as {{ column }},
        {%- endfor %}
        count(passenger_count) as counted_passenger_trip_count,
        count(trip_distance_miles) as measured_distance_trip_count,
        count(*) as trip_count
    from {{ ref('fct_trips') }}
    where {{ reached_months('pickup_at') }}
    group by pickup_location_id, service_type, revenue_month
),

monthly as (
    select * from {{ ref('fct_monthly_zone_revenue') }}
    where {{ reached_revenue('revenue_month') }}
)

select
    trips.*,
    monthly.pickup_location_id as monthly_pickup_location_id,
    monthly.service_type as monthly_service_type,
    monthly.revenue_month as monthly_revenue_month,
    monthly.trip_count as monthly_trip_count,
    monthly.total_revenue as monthly_total_revenue
from trips
full outer join monthly
    on
        trips.pickup_location_id = monthly.pickup_location_id
        and trips.service_type = monthly.service_type
        and trips.revenue_month = monthly.revenue_month
where
    trips.trip_count is distinct from monthly.trip_count
    {%- for column in money_columns() %}
    or trips.{{ column }}
    is distinct from monthly.{{ column | replace('_amount', '_revenue') }}
    {%- endfor %}
    or (trips.counted_passenger_trip_count > 0)
    is distinct from (monthly.average_passenger_count is not null)
    or (trips.measured_distance_trip_count > 0)
    is distinct from (monthly.average_trip_distance_miles is not null)
