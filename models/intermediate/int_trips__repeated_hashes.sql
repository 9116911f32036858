{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with trips as (
    select
        service_type,
        source_month,
        xxhash64({{ tlc_columns() | join(', ') }}) as row_hash
    from {{ ref('int_trips__unioned') }}
    where {{ loaded_months() }}
)

select
    service_type,
    source_month,
    row_hash
from trips
group by service_type, source_month, row_hash
having count(*) > 1
