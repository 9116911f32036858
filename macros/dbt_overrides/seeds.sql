{#
    Seeds are replaced in one statement, so that no reader finds one missing or empty,
    and every cell arrives as it is written in the file. The adapter drops the table
    first, pastes cells unescaped (four zone names hold an apostrophe) and loads an
    empty cell as the text None.
#}
{% macro spark__create_csv_table(model, agate_table) %}
    {{ return('') }}
{% endmacro %}


{% macro spark__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {{ return('') }}
{% endmacro %}


{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model.config.get('column_types', {}) -%}
    {%- set names = agate_table.column_names -%}
    {%- if not agate_table.rows -%}
        {{ exceptions.raise_compiler_error('seed ' ~ model.name ~ ' has no rows') }}
    {%- endif -%}
    {%- for name in names if name not in types -%}
        {{ exceptions.raise_compiler_error(
            'seed ' ~ model.name ~ ': give column ' ~ name ~ ' a type in column_types'
        ) }}
    {%- endfor -%}

    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set cells = [] -%}
        {%- for cell in row -%}
            {%- do cells.append('null' if cell is none else sql_string(cell | string)) -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ cells | join(', ') ~ ')') -%}
    {%- endfor -%}

    {%- set sql -%}
        create or replace table {{ this.render() }}
        {{ file_format_clause() }}
        {{ tblproperties_clause() }}
        {{ comment_clause() }}
        as
        select
            {%- for name in names %}
            cast(`{{ name }}` as {{ types[name] }}) as `{{ name }}`
            {{- ',' if not loop.last }}
            {%- endfor %}
        from values
            {{ rows | join(',\n            ') }}
            as cells (`{{ names | join('`, `') }}`)
    {%- endset -%}
    {# add_query, because a statement would take a % in a cell for a binding. #}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
