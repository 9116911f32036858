"""Sending what was planned: stage, compare, replace at one moment, compare again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from taxi.bigquery.fill import Filler
from taxi.bigquery.fingerprints import Fingerprint, bigquery_fingerprints, bigquery_sql
from taxi.bigquery.leftovers import Run
from taxi.bigquery.months import within
from taxi.bigquery.plan import Plan
from taxi.bigquery.statements import replace_months
from taxi.bigquery.tables import merged_schema, new_table, told_of, widening_sql
from taxi.bigquery.warehouse import Warehouse
from taxi.errors import TaxiError

# How long a stage table stays if nobody deletes it.
_STAGE_HOURS = 24


class Sender:
    """Sends plans to BigQuery.

    Args:
        labels: what the tables are to say of the build.
        on_step: told what is being done.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        labels: dict[str, str],
        on_step: Callable[[str], None],
    ):
        self._warehouse = warehouse
        self._labels = labels
        self._on_step = on_step

    def send(
        self, plans: list[Plan], run: Run, filler: Filler
    ) -> dict[str, int | None]:
        """Let each table hold what its plan says.

        New tables come first, each at one moment; then the months of all others are
        replaced together.

        Returns:
            The bytes sent, by mart; None where they are not known.

        Raises:
            TaxiError: if what arrives is not what was sent, or somebody else changed
                the tables meanwhile; nothing is changed then, but for new tables.
        """
        sizes = {
            plan.mart.name: self._stage(plan, run, filler)
            for plan in plans
            if plan.is_staged
        }
        for plan in plans:
            if plan.is_swapped:
                self._on_step(f"{plan.mart.name}: putting the table in place")
                stage = run.stage(plan.mart.name)
                is_new = plan.table is None
                self._warehouse.copy(stage, plan.mart.name, is_new)
            elif plan.is_widened:
                self._widen(plan)
        self._replace([p for p in plans if p.is_sending and not p.is_swapped], run)
        for plan in plans:
            self._on_step(f"{plan.mart.name}: comparing")
            if plan.is_sending:
                where = within(plan.mart.month_column, plan.touched)
                self._compare(plan, plan.mart.name, where)
        return sizes

    def describe(self, plan: Plan) -> None:
        """Let a table say what the contract and the build say of it."""
        self._describe(plan, self._labels)

    def _stage(self, plan: Plan, run: Run, filler: Filler) -> int | None:
        stage = run.stage(plan.mart.name)
        made = new_table(plan.mart, self._warehouse.dataset.table(stage), self._labels)
        made.expires = datetime.now(UTC) + timedelta(hours=_STAGE_HOURS)
        self._warehouse.create_table(made)
        byte_count = filler(self._warehouse, run, plan, self._on_step)
        self._on_step(f"{plan.mart.name}: comparing what was staged")
        self._compare(plan, stage, "true")
        return byte_count

    def _widen(self, plan: Plan) -> None:
        name = plan.mart.name
        sql = widening_sql(plan.changes.gained, self._warehouse.quoted(name))
        self._warehouse.query(f"adding columns to {name}", sql)
        self._describe(plan, {})

    def _replace(self, plans: list[Plan], run: Run) -> None:
        if not plans:
            return
        self._on_step("replacing the months")
        sql = replace_months(plans, self._warehouse.quoted, run.stage)
        self._warehouse.query("replacing the months", sql)

    def _compare(self, plan: Plan, table: str, where: str) -> None:
        mart = plan.mart
        sql = bigquery_sql(mart, self._warehouse.quoted(table), where)
        rows = self._warehouse.query(f"comparing {mart.name}", sql)
        arrived = bigquery_fingerprints(mart, rows)
        for month in sorted({*plan.sent, *arrived}):
            expected = plan.sent.get(month, Fingerprint())
            faults = expected.differences(arrived.get(month, Fingerprint()))
            if faults:
                raise TaxiError(
                    f"{mart.name} {month:%Y-%m} did not arrive as it was sent: "
                    f"{'; '.join(faults)}"
                )

    def _describe(self, plan: Plan, labels: dict[str, str]) -> None:
        mart = plan.mart
        table = self._warehouse.find_table(mart.name)
        wanted = {
            "labels": {**table.labels, **labels},
            "description": mart.description,
            "schema": merged_schema(mart, table),
            # A copy of a stage may end when the stage does.
            "expires": None,
        }
        fields = [
            name
            for name in wanted
            if told_of(getattr(table, name)) != told_of(wanted[name])
        ]
        for name in fields:
            setattr(table, name, wanted[name])
        if fields:
            self._warehouse.update_table(table, fields)
