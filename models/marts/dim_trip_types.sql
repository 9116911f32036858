with trip_types as (
    select * from {{ ref('trip_types') }}
)

select
    trip_type_id,
    trip_type_name
from trip_types
