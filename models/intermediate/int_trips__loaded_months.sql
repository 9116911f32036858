{{ config(materialized='table') }}

-- It comes after every other model and its tests, so a month counts as loaded only when
-- all of them have it and none has failed. While the list lacks a model, none counts.
{%- for name in [
    'dim_payment_types',
    'dim_quality_rules',
    'dim_rate_codes',
    'dim_trip_types',
    'dim_vendors',
    'fct_hourly_zone_revenue',
    'fct_month_completeness',
    'fct_monthly_zone_revenue',
    'fct_source_month_amounts',
] %}
-- depends_on: {{ ref(name) }}
{%- endfor %}
with files as (
    select * from {{ ref('stg_tlc__source_files') }}
    where {{ counts_as_loaded() }}
)

select
    service_type,
    source_month,
    landing_id,
    sha256,
    landing_rules_version,
    case
        when {{ has_passed_tests() }}
            then '{{ logic_of_tests() }}'
    end as logic_hash
from files
