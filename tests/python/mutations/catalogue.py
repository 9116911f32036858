"""Small faults in the SQL, each of which some test must notice.

They are listed from the last models to the first, and by what each breaks.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A fault to plant.

    Attributes:
        fault: what it does, in words.
        file: the file below `models` or `macros`, without .sql.
        old: text that occurs in the file, of which the first occurrence is replaced.
        new: what it becomes.
        model: the model to build, with all behind it; by default the file's own.
        is_in_short_form: whether `make test` plants it.
    """

    fault: str
    file: str
    old: str
    new: str
    model: str = ""
    is_in_short_form: bool = False

    @property
    def selected(self) -> str:
        return self.model or self.file.rpartition("/")[2]


MONTHLY = "models/marts/fct_monthly_zone_revenue"
HOURLY = "models/marts/fct_hourly_zone_revenue"
LEDGER = "models/marts/fct_source_months"
AMOUNTS = "models/marts/fct_source_month_amounts"
COMPLETENESS = "models/marts/fct_month_completeness"
REVENUE = "models/intermediate/int_revenue__by_source_month"
FLAGS = "models/intermediate/int_flags__by_source_month"
PAIRS = "models/intermediate/int_reversals__paired"
DUPLICATED = "models/intermediate/int_trips__duplicated"
REVIEWED = "models/intermediate/int_trips__reviewed"
UNIONED = "models/intermediate/int_trips__unioned"
TRIPS = "models/marts/fct_trips"
QUARANTINED = "models/marts/fct_quarantined_trips"

MUTATIONS = [
    Mutation(
        "monthly: the tip is not added up",
        MONTHLY,
        "sum_of_money('tip_amount')",
        "sum_of_money('null')",
        is_in_short_form=True,
    ),
    Mutation(
        "monthly: a month later",
        MONTHLY,
        "trunc(pickup_hour_at, 'month')",
        "add_months(trunc(pickup_hour_at, 'month'), 1)",
    ),
    Mutation(
        "monthly: zones joined by another id",
        MONTHLY,
        "monthly.pickup_location_id = zones.location_id",
        "monthly.pickup_location_id = zones.location_id - 1",
    ),
    Mutation(
        "monthly: one of two zones called Corona",
        MONTHLY,
        "select * from {{ ref('int_revenue__by_source_month') }}",
        "select * except (pickup_location_id), if(pickup_location_id = 57, 56,"
        " pickup_location_id) as pickup_location_id"
        " from {{ ref('int_revenue__by_source_month') }}",
    ),
    Mutation(
        "monthly: reversals taken off once",
        MONTHLY,
        "2 * monthly.reversal_count",
        "monthly.reversal_count",
    ),
    Mutation(
        "monthly: averages over all trips",
        MONTHLY,
        "nullif(monthly.measured_distance_trip_count, 0)",
        "nullif(monthly.trip_count, 0)",
    ),
    Mutation(
        "hourly: inner join of the services",
        HOURLY,
        "full outer join",
        "inner join",
        is_in_short_form=True,
    ),
    Mutation("hourly: left join", HOURLY, "full outer join", "left join"),
    Mutation(
        "hourly: yellow revenue counted as green",
        HOURLY,
        "coalesce(green.total_revenue, 0)",
        "coalesce(yellow.total_revenue, 0)",
    ),
    Mutation(
        "completeness: a month that is missing is left out",
        COMPLETENESS,
        "left join landed",
        "inner join landed",
    ),
    Mutation(
        "completeness: the month before only",
        COMPLETENESS,
        "coalesce(next_row_count, 0)",
        "0",
    ),
    Mutation(
        "ledger: what is set aside is not counted",
        LEDGER,
        "coalesce(quarantined.set_aside_row_count, 0)",
        "0",
    ),
    Mutation(
        "ledger: only months with a file",
        LEDGER,
        "left join files",
        "inner join files",
    ),
    Mutation(
        "ledger: money set aside is left out of the difference",
        LEDGER,
        "file_total_amount - kept_total_amount - set_aside_total_amount",
        "file_total_amount - kept_total_amount",
    ),
    Mutation(
        "amounts: kept shown as landed", AMOUNTS, "'landed' as side", "'kept' as side"
    ),
    Mutation(
        "flags: one counted for another",
        FLAGS,
        "count_if({{ flag }})",
        "count_if(not {{ flag }})",
    ),
    Mutation(
        "revenue: the hour before",
        REVENUE,
        "{{ start_of_hour('pickup_at') }}",
        "{{ start_of_hour('pickup_at') }} - interval 1 hour",
    ),
    Mutation(
        "revenue: empty passenger counts counted",
        REVENUE,
        "count(passenger_count)",
        "count(*)",
    ),
    Mutation(
        "revenue: airport fees left out",
        REVENUE,
        "sum(airport_fee_amount)",
        "cast(null as decimal(19, 2))",
    ),
    Mutation(
        "quarantine: nothing is set aside",
        QUARANTINED,
        "is not null",
        "is not null and false",
    ),
    Mutation(
        "trips: reversed trips dropped",
        TRIPS,
        "left join pairs",
        "left anti join pairs",
    ),
    Mutation("trips: only pairs", TRIPS, "left join pairs", "inner join pairs"),
    Mutation(
        "pairs: over amounts",
        PAIRS,
        "mirrored_amount,\n            pair_number",
        "pair_number",
    ),
    Mutation(
        "pairs: a dropoff zone must be known",
        PAIRS,
        "<=> reversed_keys.reversed_dropoff_location_id",
        "= reversed_keys.reversed_dropoff_location_id",
    ),
    Mutation(
        "duplicates: rows of one hash are taken for copies",
        DUPLICATED,
        "{%- for column in tlc_columns() %}\n                candidates.{{ column }},"
        "\n                {%- endfor %}",
        "",
    ),
    Mutation(
        "duplicates: the first of them, too",
        DUPLICATED,
        "copy_number > 1",
        "copy_number > 0",
    ),
    Mutation(
        "trips: copies dropped",
        TRIPS,
        "left join duplicates",
        "left anti join duplicates",
    ),
    Mutation(
        "review: a row is set aside for its distance",
        REVIEWED,
        "is distinct from 'trip_distance') as has_unreadable_value",
        "is not null) as has_unreadable_value",
    ),
    Mutation(
        "review: zones not listed are dropped",
        REVIEWED,
        "left join zones",
        "inner join zones",
    ),
    Mutation(
        "rules: 30 days instead of 31",
        "macros/set_aside_rules",
        "date_sub(source_month, ' ~ days ~ ')'",
        "date_sub(source_month, 30)'",
        model="int_trips__reviewed",
    ),
    Mutation(
        "rules: a trip without total is kept",
        "macros/set_aside_rules",
        "'missing_total': 'total_amount is null'",
        "'missing_total': 'total_amount is null and false'",
        model="int_trips__reviewed",
    ),
    Mutation(
        "rules: a rule that the seed does not list",
        "macros/quality_flags",
        "'has_zero_distance': ",
        "'has_no_distance': 'trip_distance_miles is null', 'has_zero_distance': ",
        model="int_trips__reviewed",
    ),
    Mutation(
        "duration: by the wall clock",
        "macros/elapsed_seconds",
        "cast({{ is_daylight_saving_time(finish) }} as int)",
        "cast({{ is_daylight_saving_time(start) }} as int)",
        model="int_trips__reviewed",
    ),
    Mutation(
        "parts: a null part makes the sum null",
        "macros/sum_of_parts",
        "'coalesce(' ~ column ~ ', 0)'",
        "column",
        model="int_trips__reviewed",
    ),
    Mutation(
        "union: yellow is left out",
        UNIONED,
        "from yellow_trips\n",
        "from green_trips\n",
    ),
    Mutation(
        "staging: congestion surcharge and airport fee swapped",
        "models/staging/tlc/stg_tlc__yellow_trips",
        "Airport_fee as airport_fee_amount",
        "congestion_surcharge as airport_fee_amount",
    ),
    Mutation(
        "staging: derived zones taken for TLC's",
        "models/staging/tlc/stg_tlc__yellow_trips",
        "coalesce(is_zone_derived, false)",
        "false",
    ),
    Mutation(
        "trips: derived zones taken for TLC's",
        TRIPS,
        "reviewed.is_zone_derived",
        "false as is_zone_derived",
    ),
    Mutation(
        "staging: cents taken for dollars",
        "macros/dollars",
        "* 0.01",
        "* 1.00",
        model="stg_tlc__source_files",
    ),
    Mutation(
        "zones: the borough for the name",
        "models/marts/dim_zones",
        "Zone as zone_name",
        "Borough as zone_name",
    ),
    Mutation(
        "vendors: all under one id",
        "models/marts/dim_vendors",
        "vendor_id,",
        "1 as vendor_id,",
    ),
]
