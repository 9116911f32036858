"""The question as Spark SQL: statements in queries/, each a view for the next."""

from importlib.resources import files

from pyspark.sql import DataFrame

from taxi.revenue.answers import Answer, shares
from taxi.revenue.zones import zone_lookup


def answer(trips: DataFrame, by: str, has_review: bool) -> Answer:
    """Revenue by `month` or `hour`; see `Answer`."""
    spark = trips.sparkSession

    def view(name: str, statement: str) -> DataFrame:
        # A view is a name for a plan. Nothing runs here.
        query = (files(__package__) / "queries" / statement).read_text()
        result = spark.sql(query)
        result.createOrReplaceTempView(name)
        return result

    trips.createOrReplaceTempView("read_trips")
    zone_lookup(spark).createOrReplaceTempView("zone_lookup")
    view("reviewed_trips", "review.sql" if has_review else "no_review.sql")
    # Asked twice, for the result and for the account. Kept, the files are read once.
    view("sums", f"{by}/sums.sql").cache()
    revenue = view("revenue", f"{by}/revenue.sql")
    account = view("account", "account.sql")
    return Answer(revenue, lambda: shares(account.collect()))
