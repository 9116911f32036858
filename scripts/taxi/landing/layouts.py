"""The variants in which TLC's trip files have come, matched against the landed columns.

Older files differ from those of 2025 in the case of names, in spaces, in physical
types, and in what they lack; the oldest also in what `old_layouts` tells. Source: the
files' own footers and headers.
"""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.types as kinds

from taxi.errors import TaxiError
from taxi.landing.columns import Column, Kind
from taxi.landing.fitting import INSTANT_HINT
from taxi.landing.names import is_index, match_names
from taxi.landing.old_layouts import Codes, OldLayout
from taxi.landing.physical_types import is_known, is_number, is_text

TODAY = "zone ids"


@dataclass(frozen=True)
class FileColumn:
    """A column as a file has it.

    Attributes:
        type: what Arrow takes it for; None in a CSV, where all is text.
        physical_name: what the file calls its type, where Arrow has no name for it.
    """

    name: str
    type: pa.DataType | None
    physical_name: str | None = None

    @property
    def type_name(self) -> str:
        return self.physical_name or ("text" if self.type is None else str(self.type))


@dataclass(frozen=True)
class Layout:
    """How the columns of one file serve the landed ones.

    Attributes:
        name: which of the known layouts it is.
        names: for each landed column of the service its name in the file, or None.
        points: for each column of zones that is derived its longitude and latitude.
        codes: for landed columns the texts that stand for codes.
        adaptations: what was done to make the file fit, for people.
        unknown: names in the file that serve no landed column.
    """

    name: str
    names: dict[Column, str | None]
    adaptations: tuple[str, ...]
    unknown: tuple[str, ...]
    points: dict[Column, tuple[str, str]] = field(default_factory=dict)
    codes: dict[Column, Codes] = field(default_factory=dict)

    @property
    def has_derived_zones(self) -> bool:
        return bool(self.points)

    @property
    def file_names(self) -> list[str]:
        """The columns of the file that are read."""
        points = [name for pair in self.points.values() for name in pair]
        return [name for name in self.names.values() if name is not None] + points


def match(service: str, found: list[FileColumn]) -> Layout:
    """Match a file's columns against what is known of TLC's files.

    Raises:
        TaxiError: for a missing, doubled or oddly typed column. The text does not name
            the file.
    """
    by_key = {column.name.strip().lower(): column for column in found}
    old, keys = match_names(service, [column.name for column in found])
    for column, wanted in keys.items():
        kind = Kind.DEGREES if len(wanted) == 2 else column.kind
        for key in wanted:
            in_texts = bool(old and old.holds_texts)
            _refuse_type(kind, by_key.get(key), in_texts, column.required)

    known = {key for wanted in keys.values() for key in wanted}
    known |= old.left_out if old else set()
    matched = {c: by_key.get(w[0]) for c, w in keys.items() if len(w) == 1}
    points = {c: [by_key[k].name for k in w] for c, w in keys.items() if len(w) == 2}
    names = {column: matched.get(column) for column in keys}
    return Layout(
        name=old.name if old else TODAY,
        names={column: source and source.name for column, source in names.items()},
        points={column: (pair[0], pair[1]) for column, pair in points.items()},
        codes={c: old.codes[c.name.lower()] for c in matched if _has_codes(c, old)},
        adaptations=(
            *_adaptations(matched),
            *_old_adaptations(old, matched, by_key),
            *_index_adaptations(by_key.keys() - known, by_key),
        ),
        unknown=tuple(
            column.name
            for key, column in by_key.items()
            if key not in known and not is_index(key)
        ),
    )


def _has_codes(column: Column, old: OldLayout | None) -> bool:
    return old is not None and column.name.lower() in old.codes


def _refuse_type(
    kind: Kind, source: FileColumn | None, in_texts: bool, is_required: bool
) -> None:
    """Refuse a column whose type is not known of its layout."""
    if source is not None and not is_known(kind, source.type, in_texts, is_required):
        is_instant = source.type is not None and kinds.is_timestamp(source.type)
        hint = INSTANT_HINT if is_instant and kind is Kind.TIME else ""
        raise TaxiError(
            f"column {source.name.strip()} is {source.type_name}, "
            f"and {kind.value} is wanted{hint}"
        )


def _adaptations(matched: dict[Column, FileColumn | None]) -> list[str]:
    """Say what differs from TLC's files of 2025, one text per sort of difference."""
    present = {c: source for c, source in matched.items() if source is not None}
    absent = [column.name for column, source in matched.items() if source is None]
    renamed = [
        f"{source.name!r} as {column.name}"
        for column, source in present.items()
        if source.name != column.name
    ]
    typed = {c.name: source.type for c, source in present.items() if source.type}
    nulls = [name for name, physical in typed.items() if kinds.is_null(physical)]
    others = {
        column.name: typed[column.name]
        for column in present
        if column.name in typed and _is_other_number(column.kind, typed[column.name])
    }
    codes = [column.name for column in present if column.kind is Kind.CODE]
    floats = [name for name in codes if typed.get(name) == pa.float64()]
    unusual = [f"{name} from {physical}" for name, physical in others.items()]
    texts = [
        ("read ", renamed, ""),
        ("whole numbers from double: ", floats, ""),
        ("", unusual, ""),
        ("", nulls, " without a type"),
        ("no ", absent, ""),
    ]
    return [
        f"{before}{', '.join(names)}{after}" for before, names, after in texts if names
    ]


def _is_other_number(kind: Kind, physical: pa.DataType) -> bool:
    """Whether it holds numbers in a type that no file of TLC's has."""
    if kind is Kind.FLAG:
        return kinds.is_boolean(physical)
    of_tlc = physical == pa.float64() or kinds.is_signed_integer(physical)
    return is_number(physical) and not of_tlc


def _index_adaptations(keys: set[str], by_key: dict[str, FileColumn]) -> list[str]:
    """Say which columns are the index of a table of pandas."""
    names = [column.name for key, column in by_key.items() if key in keys]
    index = [name.strip() for name in names if is_index(name)]
    if not index:
        return []
    return [f"left out, as pandas writes its index so: {', '.join(index)}"]


def _old_adaptations(
    old: OldLayout | None,
    matched: dict[Column, FileColumn | None],
    by_key: dict[str, FileColumn],
) -> list[str]:
    """Say what was done about an old layout besides."""
    if old is None:
        return []
    points = [by_key[key].name for pair in old.points.values() for key in pair]
    left_out = [by_key[key].name for key in sorted(old.left_out & by_key.keys())]
    coded = [c.name for c in matched if _has_codes(c, old)]
    typed = [
        column.name
        for column, source in matched.items()
        if column.name not in coded
        and column.kind is not Kind.FLAG
        and source
        and source.type
        and is_text(source.type)
    ]
    texts = [
        ("zones derived from coordinates, which are not landed: ", points),
        ("codes of today from texts: ", coded),
        ("times and numbers from texts: ", typed),
        ("left out, as it is of no trip: ", left_out),
    ]
    return [f"{before}{', '.join(names)}" for before, names in texts if names]
