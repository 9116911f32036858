{#
    How a trip's total relates to the sum of its parts. The parts that TLC left empty
    count as 0. Measured on nine green and eight yellow months; see the rule
    has_unexplained_total in seeds/quality_rules.csv.
#}
{% macro total_pattern() %}
    {%- set surcharges = [
        'congestion_surcharge_amount',
        'improvement_surcharge_amount',
        'airport_fee_amount',
        'cbd_congestion_fee_amount',
    ] -%}
    {#- Every sum of some of the surcharges. -#}
    {%- set sums = ['0'] -%}
    {%- for surcharge in surcharges -%}
        {%- for sum in sums | list -%}
            {%- do sums.append(sum ~ ' + coalesce(' ~ surcharge ~ ', 0)') -%}
        {%- endfor -%}
    {%- endfor -%}
    case
        when total_amount = {{ sum_of_parts() }} then 'sum_of_parts'
        -- Vendor 1 lists surcharges that are inside its fare or extras already.
        when
            vendor_id = 1
            and {{ sum_of_parts() }} - total_amount in (
                {{ sums | join(',\n                ') }}
            )
            then 'surcharges_listed_twice'
        -- Dispatched trips were charged a congestion surcharge that the row leaves out.
        when
            congestion_surcharge_amount is null
            and total_amount - {{ sum_of_parts() }} in (2.50, 2.75)
            then 'congestion_surcharge_left_out'
        when total_amount is not null then 'unexplained'
    end
{%- endmacro %}
