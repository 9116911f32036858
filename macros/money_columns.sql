{#
    The money columns of a trip, as staging names them. Every sum over "all money" loops
    over this list, so that a fee which TLC adds is added up everywhere or nowhere.
#}
{% macro money_columns() %}
    {{ return([
        'fare_amount',
        'extra_amount',
        'mta_tax_amount',
        'tip_amount',
        'tolls_amount',
        'ehail_fee_amount',
        'improvement_surcharge_amount',
        'congestion_surcharge_amount',
        'airport_fee_amount',
        'cbd_congestion_fee_amount',
        'total_amount',
    ]) }}
{% endmacro %}
