with source as (
    select * from {{ source('tlc', 'unreadable_values') }}
)

select
    service_type,
    source_month,
    source_row_number,
    column_name,
    value_text,
    reason
from source
