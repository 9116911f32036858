{#
    A model of which a build loads some months only, and leaves the data files of the
    others as they are. All of its rows are made anew when it is new or its logic has
    changed. The stock materialization writes through temporary views without a schema,
    and drops before a full refresh.

    The table changes in one commit, unless it takes so many rows that a statement for
    all of them would have no bound: then months follow each other. One that is cut off
    is loaded again, because the table says its logic, and int_trips__loaded_months its
    months, only when the last of them is there.

    A model whose meta names `revenue_column` is a mart of revenue: a loaded month may
    reach into the months around its own, and those are replaced whose rows differ.
#}
{% materialization incremental, adapter='spark' %}
    {%- if adapter.stays(model.unique_id) -%}
        {{ return(leave_as_it_is()) }}
    {%- endif -%}

    {%- set existing = load_relation(this) -%}
    {%- set relation = this.incorporate(type='table') -%}
    {#- A mart of revenue is made of sums, which are few. -#}
    {%- set loads = [adapter.loaded_rows(model.unique_id)]
        if model.config.meta.revenue_column
        else adapter.statements(model.unique_id) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or not existing.is_table
            or adapter.is_replaced_whole(model.unique_id) -%}
        {%- if existing is not none and not existing.is_table -%}
            {%- do adapter.drop_relation(existing) -%}
        {%- endif -%}
        {%- if loads | length == 1 -%}
            {%- call statement('main') -%}
                {{ create_table_as(false, relation, sql) }}
            {%- endcall -%}
        {%- else -%}
            {%- do replace_by_parts(relation, loads) -%}
        {%- endif -%}
    {%- else -%}
        {%- set loads = [moved_revenue_rows(relation, sql)]
            if model.config.meta.revenue_column else loads -%}
        {%- for rows in loads -%}
            {%- if rows == 'false' -%}
                {%- do leave_as_it_is() -%}
            {%- else -%}
                {%- call statement('main') -%}
                    {{ replace_rows(
                        relation, sql if loads | length == 1 else sql_of(rows), rows
                    ) }}
                {%- endcall -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do adapter.end_statements(model.unique_id) -%}
    {%- endif -%}
    {%- do persist_docs(relation, model) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}


{#
    The SQL of a model for some of its rows.
#}
{% macro sql_of(rows) %}
    {%- do adapter.begin_statement(model.unique_id, rows) -%}
    {{ return(render(model.raw_code)) }}
{% endmacro %}


{#
    Replaces rows of a table by those of the same condition that a query returns.
#}
{% macro replace_rows(relation, sql, rows) %}
    insert into {{ relation }}
    replace where {{ rows }}
    select * from (
    {# The columns of a contract are in its own order in the table. #}
    {{ get_select_subquery(sql) if config.get('contract').enforced else sql }}
    )
    where {{ rows }}
{% endmacro %}


{#
    Makes all rows of a table anew, some with each statement.
#}
{% macro replace_by_parts(relation, loads) %}
    {%- call statement('main') -%}
        {{ create_table_as(false, relation, sql_of(loads[0])) }}
    {%- endcall -%}
    {%- for rows in loads[1:] -%}
        {%- call statement('main') -%}
            {{ replace_rows(relation, sql_of(rows), rows) }}
        {%- endcall -%}
    {%- endfor -%}
    {%- do adapter.end_statements(model.unique_id) -%}
    {%- for name, value in adapter.logic_properties(model.unique_id).items() -%}
        {%- do run_query(
            'alter table ' ~ relation ~ ' set tblproperties ('
            ~ sql_string(name) ~ ' = ' ~ sql_string(value) ~ ')'
        ) -%}
    {%- endfor -%}
{% endmacro %}


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
