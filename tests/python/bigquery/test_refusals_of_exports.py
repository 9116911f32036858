"""What cannot be exported, or not now: one line each, and what to do."""

import pytest

import proxy
from bigquery_emulator import running
from exported import FEBRUARY, JANUARY, MONTHLY
from proxy import refusal
from taxi.bigquery.warehouse import Warehouse


def line(exports) -> str:
    """The one line that an export that failed has said."""
    (said,) = exports.warned.splitlines()
    assert said.startswith("export_bigquery: ")
    assert exports.said == ""
    return said.removeprefix("export_bigquery: ")


def test_no_lake(exports):
    assert exports.export() == 1
    assert line(exports).startswith("there is no lake at")
    assert not exports.small.lake.root.exists()


def test_nothing_is_published_yet(exports):
    exports.fill(JANUARY)
    exports.build()
    assert exports.export() == 1
    assert line(exports).startswith("nothing is published yet")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tables", "dim_zones"], "--tables: dim_zones is not exported"),
        (["--tables", f"{MONTHLY},x`y"], "--tables: x`y is not exported"),
        (["--location", "us"], "--location: the dataset"),
    ],
)
def test_what_is_named_wrongly_is_said(exports, arguments, said):
    exports.publish(JANUARY)
    assert exports.export(*arguments) == 1
    assert line(exports).startswith(said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dataset", "a.b"], "argument --dataset: 'a.b' is no name of a dataset"),
        (["--dataset", "d`; drop"], "argument --dataset: 'd`; drop' is no name"),
        (["--months", "2023-13"], "argument --months: '2023-13' is no month"),
        (["--months", "2023-02:2023-01"], "nor months in order"),
        (["--bucket", "s3://x"], "argument --bucket: 's3://x' is no gs://"),
        (["--location", "E U"], "argument --location: 'E U' is no location"),
        (["--timeout", "0"], "argument --timeout: '0' is no number of seconds"),
        (["--via", "mail"], "argument --via: invalid choice: 'mail'"),
        (["--dry-run", "--verify"], "not allowed with argument"),
        (["--recreate", "--months", "all"], "--recreate sends every month"),
        (["--recreate", "--verify"], "--verify sends nothing"),
    ],
)
def test_a_wrong_option_ends_with_2(exports, capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        exports.export(*arguments)
    assert ended.value.code == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert said in told


def test_a_missing_dataset_is_said_and_made_on_request(exports, client):
    exports.publish(JANUARY)
    missing = f"{exports.dataset}_new"
    exports.dataset = missing
    assert exports.export() == 1
    assert line(exports).endswith("--create-dataset makes it")
    wanted = ("--create-dataset", "--location", "EU")
    assert exports.export("--dry-run", *wanted) == 0
    assert missing not in [one.dataset_id for one in client.list_datasets()]
    assert exports.export(*wanted) == 0, exports.warned
    assert client.get_dataset(missing).location == "EU"
    assert exports.held(MONTHLY) == exports.expected(MONTHLY)
    client.delete_dataset(missing, delete_contents=True)


def test_a_missing_bucket_is_said_before_anything_is_sent(exports):
    exports.publish(JANUARY)
    assert exports.export("--bucket", "gs://no-such-bucket") == 1
    assert line(exports) == (
        "--bucket: there is no bucket gs://no-such-bucket; make one in EU"
    )


def test_a_bucket_elsewhere_is_said_before_anything_is_sent(exports, client):
    exports.publish(JANUARY)
    exports.dataset = f"{exports.dataset}_us"
    arguments = ("--create-dataset", "--location", "us-east1")
    assert exports.export(*arguments) == 1
    assert "is in EU, the dataset" in line(exports)
    assert list(client.list_tables(exports.dataset)) == []
    client.delete_dataset(exports.dataset)


def test_columns_that_are_not_those_of_the_contract_are_said(exports):
    exports.publish(JANUARY)
    table = exports.small.lake.open_catalog().load_table(("marts", MONTHLY))
    with table.update_schema() as update:
        update.rename_column("tip_revenue", "tips")
    exports.end_build()
    exports.small.publish()
    assert exports.export() == 1
    assert line(exports) == (
        f"published.{MONTHLY} has no column tip_revenue of the type NUMERIC(19, 2), as "
        "its contract wants; run dbt build and python scripts/publish.py"
    )


@pytest.mark.parametrize(
    ("status", "reason", "message", "said"),
    [
        (
            403,
            "accessDenied",
            "Access Denied: x",
            "the account needs the roles BigQuery",
        ),
        (
            403,
            "quotaExceeded",
            "Quota exceeded: x",
            "a quota is used up (Quota exceeded",
        ),
        (429, "rateLimitExceeded", "Too many", "run again"),
        (
            401,
            "authError",
            "Invalid Credentials",
            "run gcloud auth application-default",
        ),
        (503, "backendError", "x", "no answer"),
        (400, "invalid", "Odd\nsecond line", "Odd"),
    ],
)
def test_what_google_refuses_is_one_line(
    exports, monkeypatch, status, reason, message, said
):
    exports.publish(JANUARY)
    with proxy.running() as server:
        server.answer = lambda *_: refusal(status, reason, message)
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)
        assert exports.export("--timeout", "2") == 1
    assert said in line(exports)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            "Transaction is aborted due to concurrent update against table t",
            "somebody else changed the same rows meanwhile",
        ),
        ("Resources exceeded during query execution", "Resources exceeded"),
    ],
)
def test_a_transaction_that_fails_changes_nothing(
    exports, cloud, monkeypatch, message, said
):
    exports.publish(JANUARY, FEBRUARY)
    assert exports.export() == 0, exports.warned
    before = exports.held(MONTHLY)
    exports.rows[MONTHLY].pop()
    exports.publish()

    def refuse(method, path, body):
        query = body.get("configuration", {}).get("query", {}).get("query", "")
        return refusal(400, "invalidQuery", message) if "transaction" in query else None

    with proxy.running(cloud.bigquery_url) as server:
        server.answer = refuse
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)
        assert exports.export() == 1
    assert said in line(exports)
    assert exports.held(MONTHLY) == before
    assert exports.left_over() == []


@pytest.fixture
def nobody(exports, monkeypatch, tmp_path):
    """Neither an emulator nor credentials are to be found."""
    exports.publish(JANUARY)
    monkeypatch.delenv("BIGQUERY_EMULATOR_HOST")
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    for name in ("HOME", "CLOUDSDK_CONFIG"):
        monkeypatch.setenv(name, str(tmp_path))
    return exports


@pytest.mark.parametrize("arguments", [(), ("--project", "test")])
def test_no_credentials(nobody, arguments):
    assert nobody.export(*arguments) == 1
    assert "run gcloud auth application-default login" in line(nobody)


@pytest.mark.parametrize("call", ["create_table", "upload", "load", "copy", "query"])
def test_an_emulator_that_stops_in_the_middle(exports, cloud, monkeypatch, call):
    """The next export, when it is back, ends right."""
    exports.publish(JANUARY, FEBRUARY)
    asked = getattr(Warehouse, call)
    with running(cloud.folder) as server:
        monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", server.url)

        def stop_then_ask(self, *arguments):
            server.process.kill()
            server.process.wait()
            return asked(self, *arguments)

        monkeypatch.setattr(Warehouse, call, stop_then_ask)
        create = ("--create-dataset", "--location", "EU")
        assert exports.export("--timeout", "2", *create) == 1
        assert "no answer" in exports.warned
        assert "Traceback" not in exports.warned
    monkeypatch.setattr(Warehouse, call, asked)
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", cloud.bigquery_url)
    assert exports.export() == 0, exports.warned
    for name in exports.marts:
        assert exports.held(name) == exports.expected(name)
    assert exports.left_over() == []
