"""Strict types in Spark: a value fits its type exactly, or the job stops and names it.

A plain cast will not do. With ANSI mode off it makes null of what does not fit; with it
on, it names neither file nor column; and either way it rounds a third decimal away.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F

from taxi.landing.columns import Kind
from taxi.landing.fitting import (
    CLOSER_REASONS,
    DEGREES,
    MAX_CENTS,
    MOMENT,
    NUMERAL,
    REASONS,
    TEXT_REASONS,
    TOLERANCE,
)
from taxi.revenue.columns import AMOUNT_TYPE, NANOSECONDS, TIME_TYPE
from taxi.revenue.faults import BEGIN, END

_TOO_LARGE = 2**31
_FIRST_MOMENT = f"{TIME_TYPE}'0001-01-01 00:00:00'"
_LAST_MOMENT = f"{TIME_TYPE}'9999-12-31 23:59:59.999999'"


class Reader:
    """Types the columns of a file.

    Args:
        file_name: the column with the name of a row's file, for messages.
    """

    def __init__(self, file_name: Column):
        self._file_name = file_name

    def money(self, name: str, physical: str) -> Column:
        """A number as an exact amount."""
        given, number = _number(name, physical)
        hundredths = number * 100.0
        whole = F.floor(hundredths + 0.5)
        is_exact = F.abs(hundredths - whole) <= TOLERANCE
        fits = is_exact & whole.between(-MAX_CENTS, MAX_CENTS)
        value = number.cast(AMOUNT_TYPE)
        return self._fitting(Kind.MONEY, name, given, fits, value, _reasons(physical))

    def code(self, name: str, physical: str) -> Column:
        """A number as a whole one of 32 bits."""
        given, number = _number(name, physical)
        is_small = (number >= -_TOO_LARGE) & (number < _TOO_LARGE)
        fits = is_small & (number == F.floor(number))
        value = number.cast("int")
        return self._fitting(Kind.CODE, name, given, fits, value, _reasons(physical))

    def time(self, name: str, physical: str) -> Column:
        """A wall-clock time of the years 1 to 9999."""
        given = moment = column(name)
        if physical == "string":
            given = _text(name)
            # try_cast, as the pattern lets the 30th of February pass.
            moment = F.expr(f"try_cast(trim({quoted(name)}) as {TIME_TYPE})")
            moment = F.when(given.rlike(MOMENT), moment)
        if physical == NANOSECONDS:
            moment = F.expr(f"timestamp_micros({quoted(name)} div 1000)")
            moment = F.when(given % 1000 == 0, moment.cast(TIME_TYPE))
        fits = moment.between(F.expr(_FIRST_MOMENT), F.expr(_LAST_MOMENT))
        return self._fitting(Kind.TIME, name, given, fits, moment, _reasons(physical))

    def degrees(self, name: str, physical: str) -> Column:
        """A longitude or latitude, which may be anything that is a number."""
        if physical != "string":
            return column(name).cast("double")
        text = _text(name)
        fits = text.rlike(DEGREES)
        return self._fitting(Kind.DEGREES, name, text, fits, text.cast("double"))

    def refuse(self, words: Column) -> Column:
        """What raises an error that names the file."""
        parts = [F.lit(BEGIN), self._file_name, F.lit(": "), words, F.lit(END)]
        return F.raise_error(F.concat(*parts))

    def _fitting(
        self,
        kind: Kind,
        name: str,
        given: Column,
        fits: Column,
        value: Column,
        reasons: dict[Kind, str] = REASONS,
    ) -> Column:
        """The value where it fits, null where nothing is given, else an error."""
        shown = column(name).cast("string")
        words = (
            F.lit(f"column {name.strip()}: '"),
            shown,
            F.lit("' is "),
            _reason(kind, F.trim(shown), reasons),
        )
        return (
            F.when(given.isNull(), None)
            .when(fits, value)
            .otherwise(self.refuse(F.concat(*words)))
        )


def _reasons(physical: str) -> dict[Kind, str]:
    return TEXT_REASONS if physical == "string" else REASONS


def _reason(kind: Kind, text: Column, reasons: dict[Kind, str]) -> Column:
    """Why a value does not fit, as `fitting.reason_of` tells it."""
    general = F.lit(reasons[kind])
    if reasons is not TEXT_REASONS:
        return general
    closer = reversed([one for one in CLOSER_REASONS if kind in one[0]])
    for _, pattern, reason in closer:
        general = F.when(text.rlike(pattern), reason).otherwise(general)
    return general


def column(name: str) -> Column:
    """A column of a file; its name may hold anything."""
    return F.col(quoted(name))


def quoted(name: str) -> str:
    """A name as it stands in SQL."""
    return "`" + name.replace("`", "``") + "`"


def _text(name: str) -> Column:
    """A trimmed text, null if it is empty."""
    text = F.trim(column(name))
    return F.when(text != "", text)


def _number(name: str, physical: str) -> tuple[Column, Column]:
    """What is given, null where nothing is; and its number, null where it is none."""
    if physical == "string":
        text = _text(name)
        return text, F.when(text.rlike(NUMERAL), text.cast("double"))
    number = column(name).cast("double")
    # pandas writes NaN for null.
    number = F.when(~F.isnan(number), number)
    return number, number
