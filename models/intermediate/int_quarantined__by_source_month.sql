with quarantined as (
    select * from {{ ref('fct_quarantined_trips') }}
)

select
    service_type,
    source_month,
    count(*) as set_aside_row_count,
    {%- for reason in set_aside_rules() %}
    count_if(set_aside_reason = '{{ reason }}') as {{ reason }}_row_count,
    sum(case when set_aside_reason = '{{ reason }}' then total_amount end)
        as {{ reason }}_total_amount,
    {%- endfor %}
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
