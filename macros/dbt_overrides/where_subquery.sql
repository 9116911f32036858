{#
    A build's tests look at the months that it loads; the others have passed before.
    `dbt test` looks at all. A test with a `where` of its own has the last word.
#}
{% macro spark__get_where_subquery(relation) %}
    {%- set where = config.get('where') or (
        adapter.tested_rows(model.attached_node)
        if execute and model.attached_node else 'true'
    ) -%}
    {{ return(
        relation if where == 'true'
        else '(select * from ' ~ relation ~ ' where ' ~ where ~ ') as tested_rows'
    ) }}
{% endmacro %}
