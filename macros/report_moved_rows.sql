{#
    Says what a changed rule moved: rows that were set aside before this build and are
    kept now, and the other way round. Only months whose file is the same count, because
    a restated file moves rows by itself. The state before is the table's own history.
#}
{% macro report_moved_rows(results) %}
    {%- set built = results
        | selectattr('node.name', 'equalto', 'fct_quarantined_trips')
        | selectattr('status', 'equalto', 'success') | list -%}
    {%- if execute and built -%}
        {%- set relation = built[0].node.relation_name -%}
        {%- set versions = run_query(
            "select snapshot_id from " ~ relation ~ ".snapshots"
            ~ " where committed_at < timestamp_ltz '" ~ run_started_at ~ "'"
            ~ ' order by committed_at desc limit 1'
        ) -%}
        {%- for version in versions -%}
            {%- set moved = run_query(
                moved_rows_sql(relation, version['snapshot_id'])
            ) -%}
            {%- for row in moved -%}
                {%- do log(
                    row['direction'] ~ ': ' ~ row['row_count'] ~ ' rows, '
                    ~ row['total_amount'] ~ ' USD (' ~ row['set_aside_reason'] ~ ')',
                    info=true
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#
    Rows that only one of two versions of fct_quarantined_trips has, by reason. A row
    that is not landed any more, or comes from another file, did not move.
#}
{% macro moved_rows_sql(relation, version) %}
    with before_build as (
        select * from {{ relation }} version as of {{ version }}
    ),

    after_build as (
        select * from {{ relation }}
    ),

    moved as (
        select
            'Set aside before and kept now' as direction,
            before_build.*
        from before_build
        left anti join after_build on before_build.trip_id = after_build.trip_id
        union all
        select
            'Kept before and set aside now' as direction,
            after_build.*
        from after_build
        left anti join before_build on after_build.trip_id = before_build.trip_id
    )

    select
        direction,
        set_aside_reason,
        count(*) as row_count,
        sum(total_amount) as total_amount
    from moved
    group by direction, set_aside_reason
    order by direction, set_aside_reason
{%- endmacro %}
