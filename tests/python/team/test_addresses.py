"""What `TAXI_CATALOG` may say, and that no secret of it is said again."""

import pytest
from sqlalchemy import make_url

from taxi.catalogs.addresses import without_secrets
from taxi.errors import TaxiError
from taxi.lake import Lake


def lake_at(address: str, **environment: str) -> Lake:
    return Lake.from_environment({"TAXI_CATALOG": address} | environment)


def test_spark_is_told_the_server_and_the_user():
    settings = lake_at("postgresql://ann@db.example/taxi").spark_settings()
    assert settings["spark.sql.catalog.lake.uri"] == (
        "jdbc:postgresql://db.example:5432/taxi"
    )
    assert settings["spark.sql.catalog.lake.jdbc.user"] == "ann"
    assert settings["spark.sql.catalog.lake.retryable_status_codes"] == "57P01"
    assert not any("password" in name for name in settings)


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("postgresql://ann@[::1]:5433/taxi", {}),
        ("postgres://[::1]:5433/taxi", {"PGUSER": "ann"}),
        ("postgresql://ann@[::1]:5433/taxi", {"PGUSER": "bob"}),
    ],
)
def test_an_address_may_be_written_in_several_ways(address, environment):
    lake = lake_at(address, **environment)
    assert lake.catalog == "postgresql://ann@[::1]:5433/taxi"
    assert str(lake.database) == "postgresql://[::1]:5433/taxi"


def test_names_may_hold_any_sign():
    lake = lake_at("postgresql://a%40b@host/a%20%C3%A4")
    assert (lake.database.user, lake.database.name) == ("a@b", "a ä")
    assert lake.catalog == "postgresql://a%40b@host:5432/a%20%C3%A4"
    url = make_url(lake.database.iceberg_settings()["uri"])
    assert (url.username, url.database) == ("a@b", "a ä")


def test_both_drivers_encrypt_alike(tmp_path):
    certificate = tmp_path / "root.crt"
    certificate.touch()
    address = (
        f"postgresql://ann@host/taxi?sslmode=verify-full&sslrootcert={certificate}"
    )
    by_variables = lake_at(
        "postgresql://ann@host/taxi",
        PGSSLMODE="verify-full",
        PGSSLROOTCERT=str(certificate),
    )
    assert lake_at(address) == by_variables
    settings = by_variables.spark_settings()
    assert settings["spark.sql.catalog.lake.jdbc.sslmode"] == "verify-full"
    assert settings["spark.sql.catalog.lake.jdbc.sslrootcert"] == str(certificate)
    assert "sslmode=verify-full" in by_variables.database.iceberg_settings()["uri"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://ann:se%63ret@host/taxi", "PGPASSFILE"),
        ("postgresql://ann:secret@host/taxi?sslmode=require", "PGPASSFILE"),
        ("postgresql://ann@host/taxi?password=secret", "PGPASSFILE"),
        ("postgresql://ann:sec/ret@host/taxi", "not understood"),
        ("postgresql://ann:sec@ret@host/taxi", "PGPASSFILE"),
        ("postgresql://ann@host/taxi?application=x", "there is no setting"),
        ("postgresql://ann@host/taxi?sslmode=maybe", "sslmode 'maybe' is none of"),
        ("postgresql://ann@host/taxi?sslrootcert=/no/file", "there is no file"),
        ("postgresql://host/taxi", "PGUSER"),
        ("postgresql://ann@host", "not understood"),
        ("postgresql://ann@host/a/b", "not understood"),
        ("postgresql://ann@/taxi", "not understood"),
        ("postgresql://ann@host:port/taxi", "not understood"),
        ("postgresql:taxi", "not understood"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_one_line(address, said):
    with pytest.raises(TaxiError) as refusal:
        lake_at(address)
    text = str(refusal.value)
    assert text.startswith("TAXI_CATALOG: ") and said in text
    assert "\n" not in text
    for secret in ("secret", "se%63ret", "sec/ret", "sec@ret", "ret@"):
        assert secret not in text


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:pw@host:1/db",
        "postgresql://me:p@w@host:1/db",
        "postgresql://me:p/w@host:1/db",
        "postgresql://host:1/db?password=pw",
    ],
)
def test_what_is_printed_has_no_secret(address):
    assert without_secrets(address) == "postgresql://host:1/db"
