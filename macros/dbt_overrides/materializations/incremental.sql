{#
    A model of which a build loads some months only, and leaves the data files of the
    others as they are. All of its rows are made anew when it is new or its logic has
    changed. Either way the table changes in one commit. The stock materialization
    writes through temporary views without a schema, and drops before a full refresh.

    A model whose meta names `revenue_column` is a mart of revenue: a loaded month may
    reach into the months around its own, and those are replaced whose rows differ.
#}
{% materialization incremental, adapter='spark' %}
    {%- if adapter.stays(model.unique_id) -%}
        {{ return(leave_as_it_is()) }}
    {%- endif -%}

    {%- set existing = load_relation(this) -%}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or not existing.is_table
            or adapter.is_replaced_whole(model.unique_id) -%}
        {%- if existing is not none and not existing.is_table -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, relation, sql) }}
        {%- endcall -%}
    {%- else -%}
        {%- set rows = moved_revenue_rows(relation, sql)
            if model.config.meta.revenue_column
            else adapter.loaded_rows(model.unique_id) -%}
        {%- if rows == 'false' -%}
            {%- do leave_as_it_is() -%}
        {%- else -%}
            {%- call statement('main') -%}
                insert into {{ relation }}
                replace where {{ rows }}
                select * from (
                {# The columns of a contract are in its own order in the table. #}
                {{ get_select_subquery(sql) if config.get('contract').enforced else sql }}
                )
                where {{ rows }}
            {%- endcall -%}
        {%- endif -%}
    {%- endif -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}


{#
    The months of a mart of revenue, among those that a loaded month can change, whose
    rows differ from what a query returns, as a condition.
#}
{% macro moved_revenue_rows(relation, sql) %}
    {%- set column = model.config.meta.revenue_column -%}
    {%- set names = model.columns.keys() | join(', ') -%}
    {%- set rows = adapter.reachable_rows(column) -%}
    {%- set months = [] -%}
    {%- if rows != 'false' -%}
        {%- set changed -%}
            with both as (
                select {{ names }}, 1 as side from (
                {{ sql }}
                ) where {{ rows }}
                union all
                select {{ names }}, -1 as side from {{ relation }} where {{ rows }}
            ),

            differing as (
                select {{ names }} from both
                group by {{ names }} having sum(side) != 0
            )

            select distinct
                {{ 'service_type' if 'service_type' in model.columns else 'null' }}
                    as service_type,
                trunc({{ column }}, 'month') as revenue_month
            from differing
        {%- endset -%}
        {%- for row in run_query(changed) -%}
            {%- do months.append((row['service_type'], row['revenue_month'])) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(adapter.revenue_rows(column, months)) }}
{% endmacro %}
