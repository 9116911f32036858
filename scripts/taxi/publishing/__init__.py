"""What readers see: the tested state of the marts, switched at one moment.

`records` says what a build and a publication are, and `tables` keeps them beside the
catalog. `switching` points a schema at versions. `building` records a build,
called through `hooks` by dbt. `publish` switches the schema `published` forward and
back, `reading` opens the marts of one moment (`shown`: with
their publication and build), and `history` shows the builds.
"""
