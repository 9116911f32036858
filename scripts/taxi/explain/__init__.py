"""How the revenue of one cell of fct_monthly_zone_revenue arises.

`reading` asks the tables, `account` reckons, `records` holds what it found, and `text`
writes for people.
"""
