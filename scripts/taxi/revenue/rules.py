"""The review: what sets a trip aside; seeds/quality_rules.csv says why.

A value that cannot be read is no reason here, as the job stops at it.
"""

MISSING_PICKUP_TIME = "missing_pickup_time"
MISSING_TOTAL = "missing_total"
FAR_FROM_SOURCE_MONTH = "pickup_far_from_source_month"
ZONE_NOT_LISTED = "pickup_zone_not_listed"

# A pickup may lie this many days before or after the month of its file.
DAYS_BEYOND_SOURCE_MONTH = 31
