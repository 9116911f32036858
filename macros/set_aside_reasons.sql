{#
    Why a row can be set aside: one count each in the ledger. int_trips__reviewed
    decides; a test holds what it decides to this list.
#}
{% macro set_aside_reasons() %}
    {{ return([
        'unreadable_value',
        'missing_pickup_time',
        'missing_total',
        'pickup_far_from_source_month',
        'pickup_zone_not_listed',
    ]) }}
{% endmacro %}
