"""What the emulator does not check, and the real BigQuery would: the requests."""

import json

import pytest

from exported import FEBRUARY, JANUARY, MONTHLY, TRIPS
from proxy import running


@pytest.fixture
def proxy(exports, cloud, monkeypatch):
    with running(cloud.bigquery_url) as proxy:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", proxy.url)
        yield proxy


@pytest.fixture
def sent(exports, proxy):
    exports.publish(JANUARY, FEBRUARY)
    assert exports.export() == 0, exports.warned
    return exports


def test_loads_name_their_columns_and_never_make_or_overwrite_a_table(sent, proxy):
    loads = proxy.jobs("load")
    assert len(loads) == 3
    for load, (name, mart) in zip(loads, sent.marts.items(), strict=True):
        assert load["createDisposition"] == "CREATE_NEVER"
        assert load["writeDisposition"] == "WRITE_EMPTY"
        assert load["sourceFormat"] == "PARQUET"
        assert load["destinationTable"]["tableId"].startswith("taxi_stage_")
        assert [uri.rpartition("/")[2] for uri in load["sourceUris"]] == [
            f"{name}-2023-01.parquet",
            f"{name}-2023-02.parquet",
        ]
        assert not any("=" in uri for uri in load["sourceUris"])
        for field, column in zip(load["schema"]["fields"], mart.columns, strict=True):
            assert field["name"] == column.name
            assert field["type"] == column.type.bigquery
            assert field["mode"] == ("REQUIRED" if column.is_required else "NULLABLE")
            if column.type.is_decimal:
                digits = (int(field["precision"]), int(field["scale"]))
                assert digits == (column.type.precision, column.type.scale)


def test_jobs_run_where_the_dataset_is(sent, proxy):
    for kind in ("load", "copy", "query"):
        assert {job["location"] for job in proxy.jobs(kind)} == {"EU"}


def test_stage_tables_are_their_own_and_expire_by_themselves(sent, proxy):
    made = [
        one.body
        for one in proxy.asked
        if one.method == "POST" and one.path.partition("?")[0].endswith("/tables")
    ]
    names = [table["tableReference"]["tableId"] for table in made]
    assert len(set(names)) == 3
    for name, table in zip(names, made, strict=True):
        assert name.startswith("taxi_stage_")
        assert int(table["expirationTime"]) > 0
        assert table["timePartitioning"]["type"] == "MONTH"


def test_a_new_table_never_takes_the_place_of_another(sent, proxy):
    """Two exports may both have found none."""
    for copy, name in zip(proxy.jobs("copy"), sent.marts, strict=True):
        assert copy["writeDisposition"] == "WRITE_EMPTY"
        assert copy["destinationTable"]["tableId"] == name


def test_a_table_is_recreated_by_one_job(sent, proxy):
    proxy.asked.clear()
    assert sent.export("--recreate", "--tables", MONTHLY) == 0
    (copy,) = proxy.jobs("copy")
    assert copy["writeDisposition"] == "WRITE_TRUNCATE"
    assert copy["destinationTable"]["tableId"] == MONTHLY


def test_months_of_all_tables_are_replaced_by_one_query(sent, proxy):
    for rows in sent.rows.values():
        rows.pop()
    sent.publish()
    proxy.asked.clear()
    assert sent.export() == 0
    queries = [job["query"] for job in proxy.jobs("query")]
    (transaction,) = (sql for sql in queries if "transaction" in sql)
    assert transaction.startswith("begin transaction;\n")
    assert transaction.endswith("commit transaction;")
    for name in sent.marts:
        table = f"`test.{sent.dataset}.{name}`"
        assert f"delete from {table} where (`" in transaction
    # No partition but those of the month is read.
    assert transaction.count(">= date '2023-02-01'") == 2 * 3
    assert "2023-01" not in transaction
    assert all(job["useLegacySql"] is False for job in proxy.jobs("query"))


def test_a_table_that_somebody_describes_meanwhile_is_not_overwritten(sent, proxy):
    """BigQuery compares the ETag that the change was made to."""
    sent.publish(JANUARY)
    proxy.asked.clear()
    assert sent.export() == 0
    changes = [one for one in proxy.asked if one.method in ("PATCH", "PUT")]
    assert changes
    for change in changes:
        assert change.headers.get("If-Match")
        assert json.dumps(change.body["labels"])


def test_values_never_become_sql(exports, proxy):
    exports.fill(JANUARY)
    exports.rows[TRIPS][0] |= {"total_pattern": "x'); drop table y; --"}
    exports.publish()
    assert exports.export() == 0
    assert not any("drop table" in job["query"] for job in proxy.jobs("query"))
    assert exports.held(TRIPS) == exports.expected(TRIPS)
