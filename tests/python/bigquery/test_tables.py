"""A table is what the contract says, and follows it where that loses nothing."""

from dataclasses import replace

import pytest

from exported import FEBRUARY, HOURLY, JANUARY, MONTHLY, TRIPS
from taxi.bigquery import exporting
from taxi.bigquery.marts import Column
from taxi.bigquery.types import column_type


def test_a_table_is_what_the_contract_says(exports, nodes):
    exports.publish(JANUARY)
    assert exports.export() == 0, exports.warned
    for name, mart in exports.marts.items():
        table = exports.client.get_table(f"{exports.dataset}.{name}")
        node = nodes[f"model.nyc_taxi_revenue.{name}"]
        assert [field.name for field in table.schema] == list(node.columns)
        for field in table.schema:
            column = node.columns[field.name]
            assert field.description == column.description
            is_required = any(one.type == "not_null" for one in column.constraints)
            assert field.mode == ("REQUIRED" if is_required else "NULLABLE")
        assert table.description == node.description
        assert table.time_partitioning.type_ == "MONTH"
        assert table.time_partitioning.field == mart.month_column.name
        assert table.labels["taxi_build"] == table.labels["taxi_publication"] == "1"
        assert table.expires is None
    clustered = {
        name: exports.client.get_table(f"{exports.dataset}.{name}").clustering_fields
        for name in exports.marts
    }
    assert clustered == {
        MONTHLY: ["service_type", "pickup_location_id"],
        HOURLY: ["pickup_location_id"],
        TRIPS: ["service_type", "pickup_location_id"],
    }


@pytest.mark.parametrize(
    ("name", "column", "type_"),
    [
        (MONTHLY, "fare_revenue", "NUMERIC(19, 2)"),
        (MONTHLY, "average_passenger_count", "NUMERIC(14, 4)"),
        (MONTHLY, "revenue_month", "DATE"),
        (MONTHLY, "trip_count", "INT64"),
        (HOURLY, "revenue_hour_at", "DATETIME"),
        (TRIPS, "pickup_at", "DATETIME"),
        (TRIPS, "is_reversal", "BOOL"),
        (TRIPS, "trip_id", "STRING"),
        (TRIPS, "vendor_id", "INT64"),
    ],
)
def test_types_are_those_of_the_contract(exports, name, column, type_):
    columns = {one.name: one for one in exports.marts[name].columns}
    assert str(columns[column].type) == type_


@pytest.fixture
def changing(exports, monkeypatch):
    """Two published months, exported; then a contract that changes."""
    exports.publish(JANUARY, FEBRUARY)
    assert exports.export("--tables", MONTHLY) == 0

    def change(columns) -> None:
        mart = replace(exports.marts[MONTHLY], columns=tuple(columns))
        exports.marts = {**exports.marts, MONTHLY: mart}
        monkeypatch.setattr(exporting, "exported_marts", lambda names: [mart])
        exports.small.lake.open_catalog().drop_table(("marts", MONTHLY))
        exports.publish(JANUARY, FEBRUARY)

    exports.change = change
    return exports


def test_a_mart_that_gained_a_column_gains_it(changing):
    columns = list(changing.marts[MONTHLY].columns)
    gained = Column("tax_year", column_type("int"), True, "Year of taxation.")
    changing.change([*columns[:3], gained, *columns[3:]])
    assert changing.export("--dry-run") == 0
    assert "would gain tax_year; would send 2 months" in changing.said
    assert "add column if not exists `tax_year` INT64" in changing.said
    assert changing.export() == 0, changing.warned
    assert f"{MONTHLY}: gained tax_year; sent 2 months" in changing.said
    assert changing.held(MONTHLY) == changing.expected(MONTHLY)
    table = changing.client.get_table(f"{changing.dataset}.{MONTHLY}")
    assert (table.schema[-1].name, table.schema[-1].mode) == ("tax_year", "NULLABLE")
    assert table.schema[-1].description == "Year of taxation."
    assert changing.export() == 0
    assert changing.said == f"{MONTHLY}: 2 months as published already\n"


def test_a_lost_column_is_refused_unless_the_table_is_recreated(changing):
    before = changing.held(MONTHLY)
    lost, *columns = reversed(changing.marts[MONTHLY].columns)
    changing.change(reversed(columns))
    assert changing.export() == 1
    assert f"the column {lost.name} is no longer exported" in changing.warned
    assert "--recreate" in changing.warned
    assert [one.keys() for one in before] == [
        dict(row.items()).keys()
        for row in changing.client.list_rows(f"{changing.dataset}.{MONTHLY}")
    ]
    assert changing.export("--recreate") == 0, changing.warned
    assert "replaced whole; sent 2 months" in changing.said
    assert changing.held(MONTHLY) == changing.expected(MONTHLY)
    assert changing.left_over() == []


def test_a_changed_type_is_refused_with_both_types(changing):
    columns = [
        replace(column, type=column_type("string"))
        if column.name == "trip_count"
        else column
        for column in changing.marts[MONTHLY].columns
    ]
    changing.change(columns)
    assert changing.export() == 1
    assert "the column trip_count is INT64 there, STRING here" in changing.warned
    assert changing.export("--recreate") == 0, changing.warned
    assert changing.held(MONTHLY) == changing.expected(MONTHLY)
    assert changing.export() == 0
    assert "sent" not in changing.said


def test_a_changed_description_is_told_without_sending(changing):
    columns = [
        replace(column, description="Said better.")
        for column in changing.marts[MONTHLY].columns
    ]
    changing.change(columns)
    assert changing.export() == 0
    assert changing.said == f"{MONTHLY}: 2 months as published already\n"
    table = changing.client.get_table(f"{changing.dataset}.{MONTHLY}")
    assert {field.description for field in table.schema} == {"Said better."}
