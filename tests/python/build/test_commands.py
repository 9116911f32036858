"""The commands that a user of dbt types, as they type them."""

import csv
import json

import pytest

from taxi.lake import PROJECT

MARTS = [
    "dim_payment_types",
    "dim_quality_rules",
    "dim_rate_codes",
    "dim_trip_types",
    "dim_vendors",
    "dim_zones",
    "fct_hourly_zone_revenue",
    "fct_month_completeness",
    "fct_monthly_zone_revenue",
    "fct_quarantined_trips",
    "fct_source_month_amounts",
    "fct_source_months",
    "fct_trips",
]


@pytest.fixture(scope="module")
def docs(sample) -> tuple[dict, dict]:
    """What dbt docs shows: the manifest and the catalog."""
    sample.dbt("docs", "generate")
    names = ("manifest.json", "catalog.json")
    manifest, catalog = (
        json.loads((sample.target / name).read_text()) for name in names
    )
    assert catalog["errors"] is None
    return manifest, catalog


def test_docs_show_every_model_seed_and_source(docs):
    manifest, catalog = docs
    kinds = ("model", "seed")
    nodes = {
        key for key, node in manifest["nodes"].items() if node["resource_type"] in kinds
    }
    assert nodes and nodes == catalog["nodes"].keys()
    assert manifest["sources"] and manifest["sources"].keys() == (
        catalog["sources"].keys()
    )


def test_everything_shown_is_described_with_type_and_comment(docs):
    manifest, catalog = docs
    for kind in ("nodes", "sources"):
        for key, shown in catalog[kind].items():
            described = manifest[kind][key]
            assert described["description"].startswith("One row per"), key
            names = {name.lower() for name in described["columns"]}
            assert names == {name.lower() for name in shown["columns"]}, key
            for column in described["columns"].values():
                assert column["description"], f"{key}.{column['name']}"
            for column in shown["columns"].values():
                assert column["comment"], f"{key}.{column['name']}"


def test_types_shown_are_those_of_sql(docs):
    _, catalog = docs
    trips = catalog["nodes"]["model.nyc_taxi_revenue.fct_trips"]["columns"]
    types = {name: trips[name]["type"] for name in trips}
    assert types["total_amount"] == "decimal(9,2)"
    assert types["source_row_number"] == "bigint"
    assert types["vendor_id"] == "int"
    assert types["pickup_at"] == "timestamp_ntz"


def test_every_mart_has_a_contract(docs):
    manifest, _ = docs
    marts = {
        node["name"]: node["config"]["contract"]["enforced"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "marts"
    }
    assert marts == dict.fromkeys(MARTS, True)


def test_flags_are_described_as_the_rules_list_them(docs):
    manifest, _ = docs
    columns = manifest["nodes"]["model.nyc_taxi_revenue.fct_trips"]["columns"]
    with (PROJECT / "seeds" / "quality_rules.csv").open() as file:
        flags = [rule for rule in csv.DictReader(file) if rule["effect"] == "flag"]
    assert flags
    for rule in flags:
        described = columns[rule["rule_code"]]["description"]
        assert " ".join(described.split()) == rule["finds"]


def test_what_leaves_the_project_is_an_exposure(docs):
    manifest, _ = docs
    leaving = {
        parent.rpartition(".")[2]
        for exposure in manifest["exposures"].values()
        for parent in exposure["depends_on"]["nodes"]
    }
    assert {"fct_monthly_zone_revenue", "fct_hourly_zone_revenue"} <= leaving
    assert leaving <= set(MARTS)


def test_names_are_unique_across_schemas(docs):
    manifest, _ = docs
    names = [
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    ]
    # The adapter's temporary views carry no schema.
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["show", "--select", "fct_monthly_zone_revenue"], "pickup_zone_name"),
        (["source", "freshness"], "Done."),
        (["ls", "--resource-type", "model"], "nyc_taxi_revenue.marts.fct_trips"),
        (["test", "--select", "fct_source_months"], "ERROR=0"),
        (["compile", "--select", "fct_trips"], "set_aside_reason is null"),
    ],
)
def test_dbt_commands_need_no_flags_and_are_quiet(sample, arguments, shown):
    ended = sample.dbt(*arguments)
    assert shown in ended.stdout
    assert ended.stderr == ""
    assert "WARN " not in ended.stdout


def test_a_lake_without_trips_is_said_in_one_sentence(sample, tmp_path):
    empty = type(sample)(tmp_path)
    ended = empty.dbt("build", check=False)
    assert ended.returncode != 0
    assert "the lake holds no trips yet" in ended.stdout
    assert "python scripts/ingest.py --from data/sample" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_clean_leaves_the_lake_alone(sample):
    before = sorted(sample.lake.root.rglob("*"))
    sample.dbt("clean")
    assert sorted(sample.lake.root.rglob("*")) == before != []


def test_a_rebuild_yields_the_same_cells(sample):
    def cells():
        rows = sample.rows("marts", "fct_monthly_zone_revenue")
        return sorted(tuple(map(str, row.values())) for row in rows)

    before = cells()
    selected = ("--select", "+fct_monthly_zone_revenue")
    sample.dbt("run", "--full-refresh", *selected, "--threads", "1")
    assert before and cells() == before


def test_the_summary_agrees_with_the_ledger(sample):
    months = sample.rows("marts", "fct_source_months")
    landed = sum(
        row["landed_row_count"] for row in months if row["service_type"] == "green"
    )
    ended = sample.script("summary.py")
    assert f"{landed:,} trips landed" in ended.stdout
    assert str(sample.lake.root) in ended.stdout
