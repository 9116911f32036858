"""The database that holds the lake's catalog: a SQLite file, or PostgreSQL for a team.

`addresses` reads what `TAXI_CATALOG` says; `sqlite` and `postgresql` tell Spark and
pyiceberg how to open it; `tables` are the project's own tables beside the catalog's.
"""
