"""Archive the classes that Spark loads, so that every later start takes seconds less.

`make setup` runs it. What the JVM needs for this project's statements is loaded by
running some of their kinds on a lake of its own, which is removed again.
"""

import os
import sys
import tempfile
from pathlib import Path
from subprocess import SubprocessError

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException

from taxi.commands import guarded
from taxi.errors import TaxiError
from taxi.java import CLASS_ARCHIVE, java_options, quoted
from taxi.lake import Lake
from taxi.spark import open_spark

_STATEMENTS = """
create schema if not exists lake.tried
create or replace table tried.trips using iceberg partitioned by (service, month)
  tblproperties ('write.distribution-mode' = 'none')
  as select cast(id as int) as id, if(id % 2 = 0, 'green', 'yellow') as service,
  date'2024-01-01' as month, cast(id / 7 as decimal(9, 2)) as amount,
  timestampadd(minute, id, timestamp_ntz'2024-01-01 00:00:00') as at from range(2000)
create or replace table tried.zones using iceberg as select cast(col1 as int) as id,
  col2 as name from values (1, 'Astoria'), (2, 'Governor''s Island')
create or replace view tried.reviewed as select t.*, z.name, case when t.amount < 1 then
  'small' end as reason, trunc(at, 'month') as first_day from tried.trips as t
  left join tried.zones as z on t.id = z.id
insert into tried.trips replace where service = 'green' and month in (date'2024-01-01')
  select * from tried.trips where service = 'green' and month in (date'2024-01-01')
with g as (select id, sum(amount) as a from tried.reviewed where service = 'green'
  group by id), y as (select id, sum(amount) as a from tried.trips group by id)
  select /*+ broadcast(y) */ coalesce(g.id, y.id), count_if(g.a is null), sum(y.a)
  from g full outer join y on g.id = y.id group by coalesce(g.id, y.id) order by 1
select *, row_number() over (partition by service order by at, id) as place
  from tried.reviewed where at > timestamp_ntz'2024-01-01 01:00:00' and name is null
select service, count(*), count(distinct id), min(at), max(date_format(at, 'yyyy-MM'))
  from tried.reviewed group by service having count(*) > 1 union all
  select name, id, id, null, null from tried.zones
alter table tried.zones alter column name comment 'Its name.'
show tables in tried
show views in tried
describe extended tried.trips
drop view tried.reviewed
"""


def main() -> int:
    """Make the archive anew. Return 0 without one too: starts are slower then."""
    if os.environ.get("SPARK_CONF_DIR"):
        return 0
    return guarded("archive_classes", _archive, "the environment")


def _archive() -> int:
    # Also what a killed set-up left half written.
    for left in CLASS_ARCHIVE.parent.glob(f"{CLASS_ARCHIVE.stem}.*"):
        left.unlink()
    scratch = CLASS_ARCHIVE.with_suffix(f".{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            os.environ["TAXI_LOGS"] = folder
            _run(Path(folder), f"-XX:ArchiveClassesAtExit={quoted(scratch)}")
        scratch.replace(CLASS_ARCHIVE)
    except (OSError, Py4JError, PySparkException, SubprocessError, TaxiError) as error:
        said = str(error).partition("\n")[0]
        print(f"Starts of Spark stay slow: {said}", file=sys.stderr)
    finally:
        scratch.unlink(missing_ok=True)
    return 0


def _run(folder: Path, option: str) -> None:
    lake = Lake(folder / "lake", f"sqlite:{folder}/lake/catalog.db")
    session = open_spark(lake, java_options(option))
    for statement in _STATEMENTS.strip().replace("\n  ", " ").splitlines():
        session.sql(statement).collect()
    process = SparkContext._gateway.proc
    session.stop()
    # The JVM ends when nothing more can be asked of it, and writes the archive then.
    SparkContext._gateway.shutdown()
    process.stdin.close()
    process.wait(timeout=120)


if __name__ == "__main__":
    sys.exit(main())
