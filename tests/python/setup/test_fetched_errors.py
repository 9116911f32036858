"""What Spark raises while rows are fetched is said by dbt in a few words."""

from types import SimpleNamespace

import pytest
from dbt.adapters.spark.session import Cursor
from dbt_common.exceptions import DbtRuntimeError
from py4j.protocol import Py4JError

import dbt_taxi  # noqa: F401


def test_no_stack_of_java_comes_out_of_a_fetch():
    def collect():
        raise Py4JError(
            "An error occurred while calling o380.collectToPython.\n"
            ": org.apache.spark.SparkException: [SPARK_JOB_CANCELLED] Job 1 cancelled\n"
            "\tat org.apache.spark.errors.SparkCoreErrors$.sparkJobCancelled(x.scala)"
        )

    cursor = Cursor()
    cursor._df = SimpleNamespace(collect=collect)
    with pytest.raises(DbtRuntimeError) as raised:
        cursor.fetchall()
    assert raised.value.msg == "[SPARK_JOB_CANCELLED] Job 1 cancelled"
