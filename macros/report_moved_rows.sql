{#
    Says what a changed rule moved: rows that were set aside before this build and are
    kept now, and the other way round. Months that were landed anew are left out, because
    that moves rows by itself. The state before is in the tables' own history.
#}
{% macro report_moved_rows(results) %}
    {%- set names = results
        | selectattr('status', 'equalto', 'success') | map(attribute='node.name') | list -%}
    {#- A month that is loaded alone has no rows of the same file before. -#}
    {%- if execute and 'fct_quarantined_trips' in names
            and adapter.is_replaced_whole('model.nyc_taxi_revenue.fct_quarantined_trips') -%}
        {%- set before = {} -%}
        {%- for name in ['fct_quarantined_trips', 'fct_source_months'] -%}
            {%- set relation = api.Relation.create(schema='marts', identifier=name) -%}
            {%- if load_relation(relation) is not none -%}
                {%- for row in run_query(
                    'select max_by(snapshot_id, committed_at) as version from '
                    ~ relation ~ ".snapshots where committed_at < timestamp_ltz '"
                    ~ run_started_at ~ "'"
                ) if row['version'] is not none -%}
                    {%- do before.update({
                        name: relation ~ ' version as of ' ~ row['version']
                    }) -%}
                {%- endfor -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if before | length == 2 -%}
            {%- for row in run_query(moved_rows_sql(before)) -%}
                {%- do log(
                    row['direction'] ~ ': ' ~ row['row_count'] ~ ' rows, '
                    ~ row['total_amount'] ~ ' USD (' ~ row['set_aside_reason'] ~ ')',
                    info=true
                ) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#
    Rows that only one of two versions of fct_quarantined_trips has, by reason, in months
    of the same file.
#}
{% macro moved_rows_sql(before) %}
    with rows_before as (
        select * from {{ before['fct_quarantined_trips'] }}
    ),

    rows_after as (
        select * from marts.fct_quarantined_trips
    ),

    months_before as (
        select * from {{ before['fct_source_months'] }}
    ),

    months_after as (
        select * from marts.fct_source_months
    ),

    same_files as (
        select
            months_after.service_type,
            months_after.source_month
        from months_after
        inner join months_before
            on
                months_after.service_type = months_before.service_type
                and months_after.source_month = months_before.source_month
                and months_after.sha256 = months_before.sha256
                and months_after.landed_at = months_before.landed_at
    ),

    moved as (
        select
            'Set aside before and kept now' as direction,
            rows_before.service_type,
            rows_before.source_month,
            rows_before.set_aside_reason,
            rows_before.total_amount
        from rows_before
        left anti join rows_after on rows_before.trip_id = rows_after.trip_id
        union all
        select
            'Kept before and set aside now' as direction,
            rows_after.service_type,
            rows_after.source_month,
            rows_after.set_aside_reason,
            rows_after.total_amount
        from rows_after
        left anti join rows_before on rows_after.trip_id = rows_before.trip_id
    )

    select
        moved.direction,
        moved.set_aside_reason,
        count(*) as row_count,
        sum(moved.total_amount) as total_amount
    from moved
    inner join same_files
        on
            moved.service_type = same_files.service_type
            and moved.source_month = same_files.source_month
    group by moved.direction, moved.set_aside_reason
    order by moved.direction, moved.set_aside_reason
{%- endmacro %}
