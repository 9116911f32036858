"""Revenue by zone straight from TLC's files: one batch job in three ways of Spark.

Needs pyspark alone, 3.5 or newer, and runs from a zip (`--py-files`) as well.
"""
