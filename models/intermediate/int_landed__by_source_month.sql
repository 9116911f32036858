{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with trips as (
    select * from {{ ref('int_trips__unioned') }}
    where {{ loaded_months() }}
)

select
    service_type,
    source_month,
    count(*) as landed_row_count,
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
from trips
group by service_type, source_month
