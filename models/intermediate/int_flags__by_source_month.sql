{{ config(materialized='table') }}

with trips as (
    select * from {{ ref('fct_trips') }}
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
