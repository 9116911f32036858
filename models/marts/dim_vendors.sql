with vendors as (
    select * from {{ ref('vendors') }}
)

select
    vendor_id,
    vendor_name
from vendors
