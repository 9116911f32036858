-- For every landed file and every money column: what TLC's file holds is what is
-- landed, and that is what is kept and set aside. It starts from the files, so that a
-- missing line of the ledger is found too. Values that could not be read are in no sum
-- at all: fct_source_months counts their rows.
with expected as (
    select
        service_type,
        source_month,
        {{ amounts_as_rows() }}
    from {{ ref('stg_tlc__source_files') }}
    where {{ loaded_months() }}
),

ledger as (
    select * from {{ ref('fct_source_month_amounts') }}
    where {{ loaded_months() }}
)

select
    coalesce(expected.service_type, ledger.service_type) as service_type,
    coalesce(expected.source_month, ledger.source_month) as source_month,
    coalesce(expected.amount_name, ledger.amount_name) as amount_name,
    expected.amount as expected_amount,
    ledger.in_file_amount,
    ledger.landed_amount,
    ledger.kept_amount,
    ledger.set_aside_amount
from expected
full outer join ledger
    on
        expected.service_type = ledger.service_type
        and expected.source_month = ledger.source_month
        and expected.amount_name = ledger.amount_name
where
    expected.amount is distinct from ledger.in_file_amount
    or ledger.in_file_amount is distinct from ledger.landed_amount
    or ledger.landed_amount
    is distinct from ledger.kept_amount + ledger.set_aside_amount
