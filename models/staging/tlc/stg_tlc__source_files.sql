with source as (
    select * from {{ source('tlc', 'source_files') }}
)

select
    landing_id,
    service_type,
    source_month,
    source_file,
    source_format,
    origin,
    sha256,
    byte_count,
    row_count,
    unreadable_value_count,
    landing_rules_version,
    {{ dollars('fare_amount_cents') }} as fare_amount,
    {{ dollars('extra_cents') }} as extra_amount,
    {{ dollars('mta_tax_cents') }} as mta_tax_amount,
    {{ dollars('tip_amount_cents') }} as tip_amount,
    {{ dollars('tolls_amount_cents') }} as tolls_amount,
    {{ dollars('ehail_fee_cents') }} as ehail_fee_amount,
    {{ dollars('improvement_surcharge_cents') }} as improvement_surcharge_amount,
    {{ dollars('congestion_surcharge_cents') }} as congestion_surcharge_amount,
    {{ dollars('airport_fee_cents') }} as airport_fee_amount,
    {{ dollars('cbd_congestion_fee_cents') }} as cbd_congestion_fee_amount,
    {{ dollars('total_amount_cents') }} as total_amount,
    landed_at
from source
