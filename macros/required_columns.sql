{#
    The columns that the contract of the tested model says are never null.
#}
{% macro required_columns() %}
    {%- set names = [] -%}
    {%- set tested = graph.nodes[model.attached_node] if execute else {'columns': {}} -%}
    {%- for column in tested.columns.values() -%}
        {%- if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
            {%- do names.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
