{#
    What is made of the same logic, of the same months, and carries its descriptions is
    left as it is: no commit, no file.
#}
{% materialization view, adapter='spark' %}
    {{ return(
        leave_as_it_is() if adapter.stays(model.unique_id)
        else create_or_replace_view()
    ) }}
{% endmaterialization %}


{% materialization table, adapter='spark' %}
    {{ return(
        leave_as_it_is() if adapter.stays(model.unique_id)
        else dbt.materialization_table_spark()
    ) }}
{% endmaterialization %}


{% materialization seed, adapter='spark' %}
    {{ return(
        leave_as_it_is() if adapter.stays(model.unique_id)
        else dbt.materialization_seed_default()
    ) }}
{% endmaterialization %}


{% macro leave_as_it_is() %}
    {%- call noop_statement('main', 'unchanged') -%}{%- endcall -%}
    {%- if model.resource_type == 'seed' -%}
        {%- do store_result('agate_table', response='unchanged') -%}
    {%- endif -%}
    {{ return({'relations': [this]}) }}
{% endmacro %}
