"""Trying again: how often, after which pauses, and when to give up."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

from taxi.errors import TaxiError

Result = TypeVar("Result")

# Seconds before the second attempt; each further pause is twice as long.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0

# A server that asks for more seconds than these is left alone.
LONGEST_RETRY_AFTER = 300.0


class Stopped(Exception):
    """The run is ending; nobody waits for the result."""


class Transient(Exception):
    """An attempt failed in a way that the next one may not.

    Attributes:
        retry_after: seconds that the server asks to wait.
        has_progressed: whether the attempt brought the work on, so that the failures
            before it count no more.
    """

    def __init__(self, text: str, retry_after: float = 0.0):
        super().__init__(text)
        self.retry_after = retry_after
        self.has_progressed = False


class Changed(Transient):
    """What was fetched so far is not of the file that is there now."""


@dataclass
class Patience:
    """How a run bears failures.

    Attributes:
        retries: further attempts after a failed one.
        tell: is told of a failure that is borne, by the file's name and a text.
        stop: ends every pause when it is set.
        has_answered: whether an attempt ever ended otherwise.
        is_down: whether attempts were given up; as long as none has ever ended
            otherwise, further ones are given up at once.
    """

    retries: int = 5
    tell: Callable[[str, str], None] = lambda name, text: None
    stop: Event = field(default_factory=Event)
    has_answered: bool = False
    is_down: bool = False

    def persist(self, name: str, attempt: Callable[[], Result]) -> Result:
        """Attempt until it succeeds or the retries are used up.

        Raises:
            TaxiError: with the text of the last failure.
            Stopped: if the run ends meanwhile.
        """
        failures = 0
        while True:
            try:
                result = attempt()
            except Transient as error:
                failures = 1 if error.has_progressed else failures + 1
                self._bear(name, error, failures)
            except BaseException:
                self.has_answered = True
                raise
            else:
                self.has_answered = True
                return result

    def _bear(self, name: str, error: Transient, failures: int) -> None:
        """Pause after a failure, or give up."""
        if failures > self.retries or (self.is_down and not self.has_answered):
            self.is_down = True
            times = f" ({self.retries + 1} attempts)" if self.retries else ""
            raise TaxiError(f"{error}{times}; run again later") from error
        if error.retry_after > LONGEST_RETRY_AFTER:
            raise TaxiError(
                f"{error}, and asks to wait {error.retry_after:,.0f} s; run again later"
            ) from error
        pause = min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE)
        pause = max(pause * random.uniform(0.75, 1.25), error.retry_after)
        self.tell(name, f"{error}; again in {pause:,.0f} s")
        if self.stop.wait(pause):
            raise Stopped from error
