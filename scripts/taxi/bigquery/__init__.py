"""Marts in BigQuery: what they look like there, what to send, and whether it arrived.

`marts` takes the tables and their columns from dbt's manifest, and `types` says what a
column is on each side. `source` reads what is published. `fingerprints` tells content
apart, month by month, on both sides. `plan` decides what to send, `sending` stages,
compares and replaces, `leftovers` clears up after an export that was killed, and
`verify` names the cells that differ. `warehouse` is the one that talks to BigQuery.
`ways` has how rows get there: `fill` by files of this process; `spark_source`,
`spark_fill` and `spark_session` by Spark.
"""
