"""Records of an earlier or a later version are read as far as they are known."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime

import pytest

from taxi.bigquery.leftovers import Runs
from taxi.bigquery.warehouse import Target
from taxi.cluster.processes import Daemons
from taxi.errors import TaxiError
from taxi.fetching.cache import Entry
from taxi.fetching.offers import Description
from taxi.holders import Holder
from taxi.landing.columns import CENTS_COLUMNS
from taxi.landing.records import Landing
from taxi.publishing.records import Build

NEWER = {"of_a_newer_version": {"any": "thing"}}
LANDING = Landing(
    landing_id="1",
    event="landed",
    service_type="green",
    source_month=date(2023, 2, 1),
    source_file="green_tripdata_2023-02.parquet",
    source_format="parquet",
    origin="/files/green_tripdata_2023-02.parquet",
    byte_count=1,
    sha256="0",
    etag=None,
    row_count=1,
    cents=dict.fromkeys(CENTS_COLUMNS, 5),
    unreadable_value_count=0,
    columns=[],
    adaptations=[],
    unknown_columns=[],
    landed_at=datetime(2026, 1, 1, tzinfo=UTC),
    landing_rules_version=1,
)


def test_a_landing_with_more_fields_is_read():
    told = json.loads(LANDING.to_json()) | NEWER
    assert Landing.from_json(json.dumps(told)) == LANDING
    assert Landing.from_row(LANDING.to_row() | NEWER) == LANDING


def test_a_landing_with_fewer_fields_is_read():
    told = json.loads(LANDING.to_json())
    for name in ("etag", "adaptations", "unknown_columns", "unreadable_file"):
        del told[name]
    assert Landing.from_json(json.dumps(told)) == LANDING
    row = LANDING.to_row()
    gone = CENTS_COLUMNS[0]
    del row[gone], row["adaptations"]
    assert Landing.from_row(row).cents == LANDING.cents | {gone: None}


def test_a_landing_that_lacks_what_it_must_have_is_named():
    told = json.loads(LANDING.to_json())
    del told["sha256"], told["landed_at"]
    with pytest.raises(TaxiError) as refusal:
        Landing.from_json(json.dumps(told))
    assert str(refusal.value) == (
        "the record of a landing, green_tripdata_2023-02.parquet, lacks "
        "sha256, landed_at"
    )


def test_a_holder_with_more_fields_is_known_still():
    holder = Holder.this_process("dbt build")
    assert Holder.from_json(json.dumps(asdict(holder) | NEWER)) == holder
    assert Holder.from_json(json.dumps({"command": "dbt build"})) is None
    assert Holder.from_json("[1]") is None


def test_a_download_with_more_fields_is_used_again(tmp_path):
    entry = Entry(tmp_path, "file")
    description = Description(3, "etag", sha256="0")
    entry.begin(description)
    told = json.loads((tmp_path / "part.json").read_text())
    (tmp_path / "part.json").write_text(json.dumps(told | NEWER))
    assert entry._read("part.json") == description
    (tmp_path / "part.json").write_text("[1]")
    assert entry._read("part.json") is None


def test_a_process_that_is_recorded_with_more_fields_is_found(tmp_path):
    daemon = {"name": "master", "process_id": 1, "began": "", "log": "x"}
    record = tmp_path / "processes.json"
    record.write_text(json.dumps([daemon | NEWER]))
    assert Daemons(tmp_path).read() == []
    record.write_text(json.dumps([{"name": "master"}]))
    with pytest.raises(TaxiError, match=r"processes\.json lacks process_id, began"):
        Daemons(tmp_path).read()


class Cleared:
    """Stands for the warehouse that an export went to."""

    def __init__(self, target: Target, done: list[str]):
        self._target, self._done = target, done

    def delete_table(self, name: str) -> None:
        self._done.append(f"{self._target.dataset}.{name}")

    def delete_objects(self, prefix: str) -> None:
        self._done.append(f"{self._target.bucket}/{prefix}")


def test_what_exports_of_other_versions_left_is_cleared(lake):
    folder = lake.home / "exports"
    folder.mkdir(parents=True)
    target = {"dataset": "d", "bucket": "b", **NEWER}
    (folder / "a.json").write_text('{"target": {"bucket": "b"}, "marts": []}')
    (folder / "b.json").write_text("cut o")
    (folder / "c.json").write_text(
        json.dumps({"target": target, "marts": ["m"], **NEWER})
    )
    warned, done = [], []
    Runs(lake, warned.append).clear_left_behind(lambda one: Cleared(one, done))
    assert done == ["d.taxi_stage_c_m", "b/taxi-export-c/"]
    assert not (folder / "c.json").exists()
    first, second = warned
    assert str(folder / "a.json") in first and "its target lacks dataset" in first
    assert str(folder / "b.json") in second and "remove that file" in second


def test_a_build_that_ended_in_a_new_way_has_a_fate():
    build = Build(1, "", "", "dbt build", True, "paused", None, [], None, None, {})
    assert build.fate == "build 1 (dbt build) ended as paused"
