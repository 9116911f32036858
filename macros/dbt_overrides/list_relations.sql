{#
    The tables and views of a schema. The adapter's own SHOW TABLE EXTENDED does not
    exist for Iceberg, and its SHOW TABLES leaves views out, so a view that becomes a
    table would fail and docs would omit views.
#}
{% macro spark__list_relations_without_caching(relation) %}
    {%- set relations = [] -%}
    {%- for kind, information in {
        'tables': 'Provider: iceberg', 'views': 'Type: VIEW'
    }.items() -%}
        {%- call statement('list_relations', fetch_result=True) -%}
            show {{ kind }} in {{ relation.schema }}
        {%- endcall -%}
        {%- for row in load_result('list_relations').table -%}
            {# Temporary views are listed everywhere, with an empty schema. #}
            {%- if row[0] == relation.schema -%}
                {%- do relations.append((row[0], row[1], false, information)) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(relations) }}
{% endmacro %}
