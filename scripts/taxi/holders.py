"""Who holds the lake."""

import json
import os
import socket
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from taxi.errors import TaxiError
from taxi.records import from_record


@dataclass(frozen=True)
class Holder:
    """Who holds the lake.

    Attributes:
        command: what it does, such as `dbt build`.
        since: when it began to change the lake, in ISO 8601, UTC.
    """

    command: str
    process_id: int
    host: str
    since: str

    @classmethod
    def this_process(cls, command: str) -> "Holder":
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        return cls(command, os.getpid(), socket.gethostname(), now)

    @classmethod
    def from_json(cls, text: str) -> "Holder | None":
        """The holder of a record; none if it was cut off."""
        try:
            return from_record(cls, json.loads(text), "the record of a holder")
        except (ValueError, TaxiError):
            return None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    def is_alive(self) -> bool:
        """Whether the process may still be there; of another host nobody knows."""
        try:
            if self.host == socket.gethostname():
                os.kill(self.process_id, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    def __str__(self) -> str:
        return (
            f"{self.command} (process {self.process_id} on {self.host}, "
            f"since {self.since[:19]}Z)"
        )
