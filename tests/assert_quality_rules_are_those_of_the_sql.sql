-- Each rule of the seed acts in the SQL, and each rule that acts is in the seed:
-- reasons by the macro that the review loops over, flags by the columns of the fact.
with one_trip as (
    select to_json(struct(*), map('ignoreNullFields', 'false')) as cells
    from {{ ref('fct_trips') }}
    -- Whichever it is, it has all columns.
    limit 1 -- noqa: AM09
),

columns as (
    select explode(json_object_keys(cells)) as rule_code
    from one_trip
),

acting as (
    select
        rule_code,
        'flag' as effect
    from columns
    where
        (rule_code like 'is\_%' or rule_code like 'has\_%')
        and rule_code not in ('is_stored_and_forwarded', 'is_zone_derived')
    {%- for reason in set_aside_rules() %}
    union all
    select
        '{{ reason }}' as rule_code,
        'set_aside' as effect
    {%- endfor %}
),

listed as (
    select * from {{ ref('quality_rules') }}
)

select
    listed.rule_code as listed_rule_code,
    listed.effect as listed_effect,
    acting.rule_code as acting_rule_code,
    acting.effect as acting_effect
from listed
full outer join acting
    on
        listed.rule_code = acting.rule_code
        and listed.effect = acting.effect
where listed.rule_code is null or acting.rule_code is null
