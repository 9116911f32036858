with rules as (
    select * from {{ ref('quality_rules') }}
)

select
    rule_code,
    effect,
    finds,
    reason,
    measured_percent
from rules
