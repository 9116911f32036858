with quarantined as (
    select * from {{ ref('fct_quarantined_trips') }}
)

select
    service_type,
    source_month,
    count(*) as set_aside_row_count,
    count_if(set_aside_reason = 'unreadable_value') as unreadable_value_row_count,
    count_if(set_aside_reason = 'missing_pickup_time') as missing_pickup_time_row_count,
    count_if(set_aside_reason = 'missing_total') as missing_total_row_count,
    count_if(set_aside_reason = 'pickup_far_from_source_month')
        as pickup_far_from_source_month_row_count,
    count_if(set_aside_reason = 'pickup_zone_not_listed')
        as pickup_zone_not_listed_row_count,
    sum(fare_amount) as fare_amount,
    sum(extra_amount) as extra_amount,
    sum(mta_tax_amount) as mta_tax_amount,
    sum(tip_amount) as tip_amount,
    sum(tolls_amount) as tolls_amount,
    sum(ehail_fee_amount) as ehail_fee_amount,
    sum(improvement_surcharge_amount) as improvement_surcharge_amount,
    sum(congestion_surcharge_amount) as congestion_surcharge_amount,
    sum(airport_fee_amount) as airport_fee_amount,
    sum(cbd_congestion_fee_amount) as cbd_congestion_fee_amount,
    sum(total_amount) as total_amount
from quarantined
group by service_type, source_month
