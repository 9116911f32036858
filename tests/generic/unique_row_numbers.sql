{#
    No row of TLC's files occurs twice, and each is known: (service_type, source_month,
    source_row_number) is the grain of every relation of trips. A test of uniqueness
    moves all rows between tasks; this one sets a bit per row number in maps of 32,768
    bits, and moves only the maps. A map holds fewer bits than rows where a number
    repeats. Returns the maps that do; nulls are counted and set no bit.
#}
{% test unique_row_numbers(model) %}
with row_maps as (
    select
        service_type,
        source_month,
        bitmap_bucket_number(source_row_number) as bucket_number,
        min(source_row_number) as first_source_row_number,
        max(source_row_number) as last_source_row_number,
        count(*) as row_count,
        bitmap_count(bitmap_construct_agg(bitmap_bit_position(source_row_number)))
            as distinct_row_count
    from {{ model }}
    group by service_type, source_month, bitmap_bucket_number(source_row_number)
)

select * from row_maps
where
    row_count is distinct from distinct_row_count
    or service_type is null
    or source_month is null
{% endtest %}
