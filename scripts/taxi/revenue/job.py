"""The job: files in, revenue out."""

from dataclasses import dataclass

from pyspark.sql import SparkSession

from taxi.revenue import with_dataframes, with_rdds, with_sql
from taxi.revenue.answers import Answer, Share
from taxi.revenue.columns import AMOUNTS_BY
from taxi.revenue.faults import told
from taxi.revenue.inputs import find_inputs
from taxi.revenue.output import Output
from taxi.revenue.progress import showing_stages
from taxi.revenue.reading import read_trips
from taxi.revenue.storage import Storage

ENGINES = {
    "sql": with_sql.answer,
    "dataframe": with_dataframes.answer,
    "rdd": with_rdds.answer,
}


@dataclass(frozen=True)
class Wishes:
    """What the job is to do.

    Attributes:
        inputs: for each service its files, folders and patterns.
        by: `month` or `hour`.
        engine: one of `ENGINES`.
        has_review: whether what cannot be placed is set aside.
        is_replaced: whether a result that is there gives way.
    """

    inputs: dict[str, list[str]]
    output: str
    by: str = "month"
    engine: str = "sql"
    has_review: bool = True
    is_replaced: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        account: trips that were kept, and those that were set aside.
        lineage: of RDDs, as Spark tells it.
    """

    address: str
    account: list[Share]
    lineage: str | None


def run(spark: SparkSession, wishes: Wishes) -> Outcome:
    """Compute the result and put it where it belongs.

    Raises:
        TaxiError: for what the user can mend. Then nothing has changed.
    """
    storage = Storage(spark)
    output = Output(storage, wishes.output, wishes.is_replaced)
    inputs = [
        one
        for service, addresses in wishes.inputs.items()
        for one in find_inputs(storage, service, addresses)
    ]
    output.refuse_inputs(inputs)
    context = spark.sparkContext
    with told(f"writing {wishes.output}"), showing_stages(context):
        trips = read_trips(spark, inputs, AMOUNTS_BY[wishes.by])
        answer = ENGINES[wishes.engine](trips, wishes.by, wishes.has_review)
        # Up to here nothing but footers and headers was read. Each of the two that
        # follow asks for rows, and so is a job of Spark's.
        with output.writing() as folder:
            context.setJobDescription(f"revenue by {wishes.by}, {wishes.engine}")
            answer.revenue.write.parquet(folder)
            context.setJobDescription("what was kept and set aside")
            account = answer.account()
    return Outcome(wishes.output, account, _lineage(answer))


def _lineage(answer: Answer) -> str | None:
    if answer.lineage is None:
        return None
    return (answer.lineage.toDebugString() or b"").decode()
