{#
    Tables and views say by which logic they were made, beside what the project
    configures. The adapter gives properties to tables only.
#}
{% macro spark__tblproperties_clause() %}
    {%- set properties = dict(config.get('tblproperties') or {}) -%}
    {%- if execute -%}
        {%- do properties.update(adapter.logic_properties(model.unique_id)) -%}
    {%- endif -%}
    {%- if properties -%}
        tblproperties (
            {%- for name, value in properties.items() -%}
                {{ sql_string(name) }} = {{ sql_string(value | string) }}
                {{- ', ' if not loop.last }}
            {%- endfor -%}
        )
    {%- endif -%}
{% endmacro %}


{% macro spark__create_view_as(relation, sql) %}
    create or replace view {{ relation }} (
        {{ get_persist_docs_column_list(model.columns, get_columns_in_query(sql)) }}
    )
    {{ comment_clause() }}
    {{ tblproperties_clause() }}
    as
    {{ sql }}
{% endmacro %}
