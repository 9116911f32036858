{#
    Keeps what each failed data test returned in test_failures.<test>, for a person to
    read. dbt's own store_failures writes a table for every test that passes, too.
#}
{% macro keep_failed_rows(results) %}
    {%- set failed = results
        | selectattr('node.resource_type', 'equalto', 'test')
        | selectattr('status', 'in', ['fail', 'warn']) | list -%}
    {%- if execute and failed -%}
        {%- do run_query('create schema if not exists test_failures') -%}
        {%- for result in failed -%}
            {%- set table = 'test_failures.' ~ result.node.alias -%}
            {%- do run_query(
                'create or replace table ' ~ table ~ ' using iceberg as '
                ~ result.node.compiled_code
            ) -%}
            {%- do log(
                'Rows of the failed test: dbt show --inline "select * from ' ~ table ~ '"',
                info=true
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
