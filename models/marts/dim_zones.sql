with zones as (
    select * from {{ ref('taxi_zones') }}
)

select
    LocationID as location_id,
    Zone as zone_name,
    -- The alias only lowers the case, which Spark's readers see.
    Borough as borough, -- noqa: AL09
    service_zone
from zones
