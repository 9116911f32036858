import pyarrow as pa
import pytest

from taxi.catalogs.addresses import without_secrets
from taxi.errors import TaxiError
from taxi.lake import PROJECT, Lake


def test_the_default_lake_lies_in_the_project():
    lake = Lake.from_environment({})
    assert lake.root == PROJECT / "lake"
    assert lake.catalog == f"sqlite:{PROJECT}/lake/catalog.db"


def test_a_relative_path_counts_from_the_project():
    assert (
        Lake.from_environment({"TAXI_LAKE": "data/mine"}).root == PROJECT / "data/mine"
    )


def test_the_catalog_may_lie_elsewhere(tmp_path):
    lake = Lake.from_environment({"TAXI_CATALOG": f"sqlite:{tmp_path}/c.db"})
    assert lake.catalog_file == tmp_path / "c.db"
    assert f"jdbc:sqlite:{tmp_path}/c.db" in str(lake.spark_settings())


def test_refuses_a_file_as_a_lake(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(TaxiError, match=r"TAXI_LAKE: .* is a file"):
        Lake.from_environment({"TAXI_LAKE": str(tmp_path / "file")})


@pytest.mark.parametrize(
    "address", ["mysql://u:secret@host/db", "sqlite:", "catalog.db"]
)
def test_refuses_a_catalog_it_cannot_open_and_keeps_its_secret(address):
    with pytest.raises(TaxiError, match="TAXI_CATALOG") as caught:
        Lake.from_environment({"TAXI_CATALOG": address})
    assert "secret" not in str(caught.value)


def test_says_which_folder_cannot_be_made(tmp_path):
    (tmp_path / "file").touch()
    lake = Lake.from_environment({"TAXI_LAKE": str(tmp_path / "file" / "lake")})
    with pytest.raises(TaxiError, match="cannot be created"):
        lake.create_folders()


def test_secrets_are_not_printed():
    assert without_secrets("postgresql://me:pw@host:1/db") == "postgresql://host:1/db"


@pytest.mark.parametrize("sign", ["#", "%", "?", "\n", "\x07"])
def test_refuses_a_path_that_would_be_written_elsewhere(tmp_path, sign):
    folder = tmp_path / f"a{sign}b"
    with pytest.raises(TaxiError, match=r"(?s)TAXI_LAKE: .* cannot be part of a lake"):
        Lake.from_environment({"TAXI_LAKE": str(folder / "lake")})
    catalog = {"TAXI_LAKE": str(tmp_path), "TAXI_CATALOG": f"sqlite:{folder}/c.db"}
    with pytest.raises(TaxiError, match="TAXI_CATALOG: "):
        Lake.from_environment(catalog)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b", "it's", 'say "x"', "Zürich", "a&b;c", "a{b}"])
def test_other_signs_in_a_path_stand_for_themselves(tmp_path, name):
    root = tmp_path / name / "lake"
    lake = Lake.from_environment({"TAXI_LAKE": str(root)})
    catalog = lake.open_catalog()
    catalog.create_namespace("made")
    rows = pa.table({"number": [1]})
    catalog.create_table("made.rows", rows.schema).append(rows)
    assert lake.open_catalog().load_table("made.rows").scan().to_arrow() == rows
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert [path.name for path in (tmp_path / name).iterdir()] == ["lake"]
    assert list(root.rglob("*.metadata.json"))
