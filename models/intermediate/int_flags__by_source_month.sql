{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with trips as (
    select * from {{ ref('fct_trips') }}
    where {{ loaded_months() }}
)

select
    service_type,
    source_month,
    {%- for flag in trip_flags() %}
    count_if({{ flag }}) as {{ flag }}_trip_count,
    {%- endfor %}
    count(*) as trip_count
from trips
group by service_type, source_month
