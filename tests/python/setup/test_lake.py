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
