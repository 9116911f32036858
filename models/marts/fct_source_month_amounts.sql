{{ config(materialized='incremental', partition_by=['service_type', 'source_month']) }}

with in_file as (
    select
        service_type,
        source_month,
        'in_file' as side,
        {{ amounts_as_rows() }}
    from {{ ref('stg_tlc__source_files') }}
    where {{ loaded_months() }}
),

landed as (
    select
        service_type,
        source_month,
        'landed' as side,
        {{ amounts_as_rows() }}
    from {{ ref('int_landed__by_source_month') }}
    where {{ loaded_months() }}
),

kept as (
    select
        service_type,
        source_month,
        'kept' as side,
        {{ amounts_as_rows() }}
    from {{ ref('int_revenue__by_source_month') }}
    where {{ loaded_months() }}
),

set_aside as (
    select
        service_type,
        source_month,
        'set_aside' as side,
        {{ amounts_as_rows() }}
    from {{ ref('int_quarantined__by_source_month') }}
    where {{ loaded_months() }}
),

amounts as (
    select * from in_file
    union all
    select * from landed
    union all
    select * from kept
    union all
    select * from set_aside
)

select
    service_type,
    source_month,
    amount_name,
    {{ sum_of_money("case when side = 'in_file' then amount end") }}
        as in_file_amount,
    {{ sum_of_money("case when side = 'landed' then amount end") }}
        as landed_amount,
    {{ sum_of_money("case when side = 'kept' then amount end") }}
        as kept_amount,
    {{ sum_of_money("case when side = 'set_aside' then amount end") }}
        as set_aside_amount
from amounts
group by service_type, source_month, amount_name
