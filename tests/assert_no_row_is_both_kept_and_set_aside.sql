-- The two facts share no row. Counts alone do not show it: a row in both and one in
-- neither cancel out.
with quarantined as (
    select trip_id from {{ ref('fct_quarantined_trips') }}
    where {{ loaded_months() }}
),

trips as (
    select trip_id from {{ ref('fct_trips') }}
    where {{ loaded_months() }}
)

select trips.trip_id
from trips
inner join quarantined on trips.trip_id = quarantined.trip_id
