"""How a run over files reports: for people, for programs, or hardly at all."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from taxi.errors import TaxiError


@dataclass
class Teller:
    """Says one line per file, and a last one for the run.

    Results go to stdout; what is refused or missing goes to stderr.

    Attributes:
        form: `text` for people; `json`, an object a line; or `quiet`, which says only
            what is refused or missing.
        missing_count, refused_count, ignored_count: of files.
    """

    form: str = "text"
    missing_count: int = 0
    refused_count: int = 0
    ignored_count: int = 0

    def miss(self, name: str, reason: str) -> None:
        """A file that was asked for is not there."""
        self.missing_count += 1
        self.warn("missing", name, reason)

    def refuse(self, name: str, reason: str) -> None:
        """A file is not taken."""
        self.refused_count += 1
        self.warn("refused", name, reason)

    def refuse_together(self, names: list[str], reason: str) -> None:
        """Files are not taken, for a reason that is said once."""
        self.refused_count += len(names)
        self._print_objects("refused", names, reason)
        print(_line("refused", in_few_words(names), reason), file=sys.stderr)

    def ignore(self, names: list[str], reason: str) -> None:
        """Files are left aside, which is as it should be."""
        self.ignored_count += len(names)
        self._print_objects("ignored", names, reason)
        if self.form == "text":
            print(_line("ignored", in_few_words(names), reason), flush=True)

    def _print_objects(self, event: str, names: list[str], reason: str) -> None:
        if self.form == "json":
            for name in names:
                _print_json({"event": event, "file": name, "reason": reason})

    def say(
        self, event: str, name: str, text: str = "", facts: dict | None = None
    ) -> None:
        """Say how a file fared; the facts are for programs."""
        if self.form == "json":
            told = facts or ({"reason": text} if text else {})
            _print_json({"event": event, "file": name} | told)
        elif self.form == "text":
            print(_line(event, name, text), flush=True)

    def detail(self, text: str) -> None:
        """Say more about the file of the line before; programs have it as facts."""
        if self.form == "text":
            print(printable(f"{'':<11} {text}"), flush=True)

    def conclude(self, text: str, facts: dict) -> None:
        """Say how the run fared."""
        if self.form == "json":
            _print_json({"event": "summary"} | facts)
        elif self.form == "text":
            print(text)

    @contextmanager
    def concluding(self) -> Iterator[None]:
        """Tell programs of a run that failed as a whole; people read it on stderr."""
        try:
            yield
        except TaxiError as error:
            if self.form == "json":
                _print_json({"event": "summary", "error": str(error)})
            raise

    def warn(self, event: str, name: str, text: str) -> None:
        """Say what somebody should look at, whatever the form."""
        if self.form == "json":
            _print_json({"event": event, "file": name, "reason": text})
        print(_line(event, name, text), file=sys.stderr)


def listed(counts: dict[str, int], seldom: tuple[str, ...] = ()) -> str:
    """Counts for people; those that are seldom are left out if they are 0."""
    return ", ".join(
        f"{count} {name}"
        for name, count in counts.items()
        if count or name not in seldom
    )


def in_few_words(names: list[str], most: int = 5) -> str:
    """Names for people: the first ones, and how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def as_facts(counts: dict[str, int]) -> dict[str, int]:
    """Counts for programs."""
    return {name.replace(" ", "_"): count for name, count in counts.items()}


def printable(text: str) -> str:
    """A text without what would move a terminal's cursor."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _line(event: str, name: str, text: str) -> str:
    return printable(f"{event:<11} {name}" + (f": {text}" if text else ""))


def _print_json(values: dict) -> None:
    print(json.dumps(values, ensure_ascii=False), flush=True)
