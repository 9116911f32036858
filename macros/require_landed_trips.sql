{#
    Stops a run over a lake that holds no trips, with the command that lands some.
    Called before the first model, where a missing source would be named instead.
#}
{% macro require_landed_trips() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'test') -%}
        {%- set landed = adapter.get_relation(
            database=none, schema='tlc', identifier='source_files'
        ) -%}
        {%- if landed is none -%}
            {{ exceptions.raise_compiler_error(
                'the lake holds no trips yet; land some first: '
                ~ 'python scripts/ingest.py --from data/sample'
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
