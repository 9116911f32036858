{#
    Descriptions become comments of tables and columns. The adapter escapes apostrophes
    only, and alters every column on every build, each in a commit of its own. Here those
    that differ change in one.
#}
{% macro spark__comment_clause() %}
    {%- if config.persist_relation_docs() and model.description -%}
        comment {{ sql_string(model.description) }}
    {%- endif -%}
{% endmacro %}


{% macro get_column_comment_sql(column_name, column_dict) %}
    {%- set description = column_dict.get(column_name, {}).get('description') -%}
    {{ adapter.quote(column_name) }}
    {%- if description %} comment {{ sql_string(description) }}{% endif -%}
{% endmacro %}


{% macro spark__persist_docs(relation, model, for_relation, for_columns) %}
    {%- if for_columns and config.persist_column_docs() and model.columns -%}
        {%- set comments = {} -%}
        {%- set about_table = {} -%}
        {#- Columns of the partition are described twice, and their own line is first. -#}
        {%- for row in get_columns_in_relation_raw(relation) -%}
            {%- do comments.setdefault(row.col_name, row.comment) -%}
            {%- do about_table.update({row.col_name: row.data_type}) -%}
        {%- endfor -%}
        {%- set changes = [] -%}
        {%- for name, comment in comments.items() if name in model.columns -%}
            {%- set description = model.columns[name].description -%}
            {%- if description and description != comment -%}
                {%- do changes.append(
                    adapter.quote(name) ~ ' comment ' ~ sql_string(description)
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if changes -%}
            {%- set spark = run_query('select version()').rows[0][0] -%}
            {#- Spark 3.5 alters one column at a time. -#}
            {%- set is_one_by_one = spark.startswith('3.') -%}
            {%- for change in (changes if is_one_by_one else [changes | join(', ')]) -%}
                {%- do run_query(
                    'alter table ' ~ relation ~ ' alter column ' ~ change
                ) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if model.description and model.description != about_table.get('Comment') -%}
            {%- do run_query(
                'comment on table ' ~ relation ~ ' is ' ~ sql_string(model.description)
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
