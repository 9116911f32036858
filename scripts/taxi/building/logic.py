"""What the rows of a model follow from, beside the landed months, as a hash.

A model's rows follow from its SQL, the macros and vars in it, what it is kept as, the
types of its contract, the versions of dbt, Spark and Iceberg, and the same of all
models and seeds before it. A description changes no row.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any

from dbt.contracts.graph.manifest import Manifest

from taxi.building import versions as versions_in_use
from taxi.landing.land import LANDING_RULES_VERSION

_VAR = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")

# What a table is kept as; other settings change no row.
_SETTINGS = ("materialized", "file_format", "partition_by", "tblproperties")


class Logic:
    """Hashes of the nodes of one project.

    Args:
        manifest: dbt's manifest.
        project: name of the project; macros of dbt's own packages are left out.
        variables: values of the project's vars, those of the command line included.
        versions: of what makes rows of SQL; by default those of this environment.
    """

    def __init__(
        self,
        manifest: Manifest,
        project: str,
        variables: dict[str, Any],
        versions: Mapping[str, str] | None = None,
    ):
        self.variables = variables
        self._manifest = manifest
        self._project = project
        self._versions = dict(versions or versions_in_use.installed())
        self._known: dict[str, str] = {}

    def of(self, node_id: str) -> str:
        """Hash of a model or seed: what its rows follow from."""
        if node_id not in self._known:
            node = self._manifest.nodes[node_id]
            is_seed = node.resource_type == "seed"
            parts = self._seed(node) if is_seed else self._model(node)
            self._known[node_id] = hash_of([self._versions, parts])
        return self._known[node_id]

    def of_test(self, test_id: str) -> str:
        """Hash of a data test or unit test, and of the models and seeds it looks at."""
        if test_id in self._manifest.unit_tests:
            test = self._manifest.unit_tests[test_id]
            cells = [one.to_dict() for one in (*test.given, test.expect)]
            parts = [cells, test.overrides and test.overrides.to_dict()]
            # Its inputs have the types that files are landed with.
            parts.append(LANDING_RULES_VERSION)
        else:
            test = self._manifest.nodes[test_id]
            config = test.config
            bounds = [config.error_if, config.warn_if, config.fail_calc, config.limit]
            parts = [self._test(test), bounds]
        looked_at = [self.of(one) for one in sorted(self._built(test))]
        return hash_of([self._versions, parts, looked_at])

    def nodes(self, *kinds: str) -> list:
        """The enabled nodes of some kinds, such as `model`."""
        return [
            node
            for node in self._manifest.nodes.values()
            if node.resource_type in kinds
        ]

    def looked_at(self, test_id: str) -> set[tuple[str, str]]:
        """The tables and views that a test reads, by schema and name.

        What a view reads is among them, what a table was made of is not. A unit test
        reads none.
        """
        if test_id in self._manifest.unit_tests:
            return set()
        return self._read_by(self._manifest.nodes[test_id])

    def _read_by(self, node) -> set[tuple[str, str]]:
        found = set()
        for parent_id in node.depends_on_nodes:
            if parent_id in self._manifest.sources:
                source = self._manifest.sources[parent_id]
                found.add((source.schema, source.identifier))
                continue
            parent = self._manifest.nodes[parent_id]
            found.add((parent.schema, parent.alias))
            if parent.config.materialized == "view":
                found |= self._read_by(parent)
        return found

    def rests_on_landed(self, node_id: str) -> bool:
        """Whether a model selects, by whatever way, from what is landed."""
        node = self._manifest.nodes[node_id]
        return any(
            parent.startswith("source.")
            or (parent.startswith("model.") and self.rests_on_landed(parent))
            for parent in node.depends_on_nodes
        )

    def before(self, node_id: str) -> set[str]:
        """The models and seeds that a node selects from, by whatever way."""
        found: set[str] = set()
        waiting = self.parents(node_id)
        while waiting:
            parent = waiting.pop()
            if parent not in found:
                found.add(parent)
                waiting += self.parents(parent)
        return found

    def parents(self, node_id: str) -> list[str]:
        """The models and seeds that a node selects from."""
        return self._built(self._manifest.nodes[node_id])

    def _built(self, node) -> list[str]:
        return [
            parent
            for parent in node.depends_on_nodes
            if parent.startswith(("model.", "seed."))
        ]

    @cached_property
    def of_all(self) -> str:
        """Hash of everything that the rows and the verdict of the tests follow from."""
        return hash_of(
            [
                sorted(self.of(one.unique_id) for one in self.nodes("model", "seed")),
                sorted(hash_of(self._test(one)) for one in self.nodes("test")),
            ]
        )

    def _seed(self, node) -> list:
        return [node.checksum.checksum, node.config.column_types]

    def _model(self, node) -> list:
        macros = self._macros(node.depends_on.macros)
        return [
            node.raw_code,
            {name: node.config.get(name) for name in _SETTINGS},
            {name: column.data_type for name, column in node.columns.items()},
            [macro.macro_sql for macro in macros],
            self._values([node.raw_code, *(macro.macro_sql for macro in macros)]),
            [self.of(parent) for parent in sorted(self.parents(node.unique_id))],
        ]

    def _test(self, node) -> list:
        macros = self._macros(node.depends_on.macros)
        metadata = getattr(node, "test_metadata", None)
        tested = self._manifest.nodes.get(getattr(node, "attached_node", None))
        columns = tested.columns.values() if tested else ()
        return [
            node.raw_code,
            repr(metadata.kwargs) if metadata else None,
            # never_null looks at the columns that the contract says are not null.
            [column.name for column in columns if column.constraints],
            [node.config.where, node.config.severity, node.config.enabled],
            [macro.macro_sql for macro in macros],
            self._values([node.raw_code, *(macro.macro_sql for macro in macros)]),
        ]

    def _macros(self, names: Iterable[str]) -> list:
        """The project's macros of these names and those they call, in order of name."""
        found = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            macro = self._manifest.macros.get(name)
            if macro and macro.package_name == self._project and name not in found:
                found[name] = macro
                waiting.extend(macro.depends_on.macros)
        return [found[name] for name in sorted(found)]

    def _values(self, texts: list[str]) -> dict[str, Any]:
        names = {name for text in texts for name in _VAR.findall(text)}
        return {name: self.variables.get(name) for name in names}


def hash_of(parts: Any) -> str:
    """Hash of what JSON can say, or `str`; the order of keys does not count."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()
