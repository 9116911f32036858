"""What a command that only tests finds not built: models, and months."""

from collections.abc import Iterable

from pyiceberg.catalog.sql import SqlCatalog

from taxi.building.describe import listed
from taxi.building.held import read_held, read_landed
from taxi.building.recorded import read_recorded
from taxi.errors import TaxiError


def require_built(catalog: SqlCatalog, manifest, selected: Iterable[str]) -> None:
    """Check that all is there which the selected tests look at.

    Args:
        manifest: dbt's manifest.
        selected: ids of nodes, of which those that are no tests are left out.

    Raises:
        TaxiError: if a model or seed of theirs is not built.
    """
    tests = {**manifest.nodes, **manifest.unit_tests}
    wanted = {
        parent
        for test in selected
        if test in tests and tests[test].resource_type in ("test", "unit_test")
        for parent in tests[test].depends_on.nodes
        if parent.startswith(("model.", "seed."))
    }
    built = read_recorded(catalog)
    nodes = (manifest.nodes[one] for one in wanted if one in manifest.nodes)
    missing = sorted(n.name for n in nodes if (n.schema, n.alias) not in built)
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise TaxiError(f"{listed(missing)} {verb} not built yet; run dbt build")


def months_to_build(catalog: SqlCatalog) -> str:
    """The months that are not built as they are landed, in words; empty if none."""
    landed, held = read_landed(catalog).contents, read_held(catalog).contents
    waiting = sorted(one for one in landed if landed[one] != held.get(one))
    if not waiting:
        return ""
    return (
        f"Landed and not built yet: {listed(waiting)}; until dbt build, tests find "
        "them in TLC's files and not in the marts"
    )
