{#
    How a trip's total relates to its parts, of which `excess_amount` is the sum less the
    total. Measured on nine green and eight yellow months; see the rule
    has_unexplained_total in seeds/quality_rules.csv.
#}
{% macro total_pattern() %}
    {%- set congestion = 'coalesce(congestion_surcharge_amount, 0)' -%}
    {%- set improvement = 'coalesce(improvement_surcharge_amount, 0)' -%}
    {%- set airport = 'coalesce(airport_fee_amount, 0)' -%}
    {%- set cbd = 'coalesce(cbd_congestion_fee_amount, 0)' -%}
    case
        when excess_amount = 0 then 'sum_of_parts'
        -- Vendor 1 lists surcharges that are inside its fare or extras already: any of
        -- four, so the excess less some of the first two is a sum of the others.
        when
            vendor_id = 1
            and arrays_overlap(
                cast(array(
                    excess_amount,
                    excess_amount - {{ congestion }},
                    excess_amount - {{ improvement }},
                    excess_amount - {{ congestion }} - {{ improvement }}
                ) as array<decimal(12, 2)>),
                cast(array(
                    0, {{ airport }}, {{ cbd }}, {{ airport }} + {{ cbd }}
                ) as array<decimal(12, 2)>)
            )
            then 'surcharges_listed_twice'
        -- Dispatched trips were charged a congestion surcharge that the row leaves out.
        when congestion_surcharge_amount is null and excess_amount in (-2.50, -2.75)
            then 'congestion_surcharge_left_out'
        when excess_amount is not null then 'unexplained'
    end
{%- endmacro %}
