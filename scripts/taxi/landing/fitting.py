"""What fits the types of the lake, in words, bounds and patterns.

Plain Python, so that other engines than Arrow can hold to the same.
"""

import re

from taxi.landing.columns import Kind

MAX_CENTS = 999_999_999

# A number fits if it is within a millionth of two decimals: in hundredths, 0.0001.
TOLERANCE = 1e-4

MIN_TIME = -62_135_596_800_000_000  # 0001-01-01, in microseconds from 1970
MAX_TIME = 253_402_300_799_999_999  # the last microsecond of 9999

REASONS = {
    Kind.CODE: "not a whole number of 32 bits",
    Kind.MONEY: "not a number of two decimals below 10,000,000",
    Kind.DISTANCE: "not a number of two decimals below 10,000,000",
    Kind.TIME: "not a moment of the years 1 to 9999, to the microsecond",
    Kind.DEGREES: "not a number of degrees",
}

# Of a distance: what a meter cannot show.
BEYOND_METER = "more miles than a meter can show"

NUMERAL = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
# Where a point lies is no sum of money: any way to write a number will do.
DEGREES = r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?|[nN][aA][nN])$"
# Ways to write a number that is large beyond all measure, besides a numeral.
LARGE = (
    r"^[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]{1,3}"
    r"|[iI][nN][fF]([iI][nN][iI][tT][yY])?)$"
)

_MINUTE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}"
# What tools write without a zone: to the minute, second or fraction. Nine digits are
# of nanoseconds, and the last three of them must say nothing.
MOMENT = rf"^{_MINUTE}(:[0-9]{{2}}(\.[0-9]{{1,6}}0{{0,3}})?)?$"

TEXT_REASONS = REASONS | {Kind.TIME: "not a moment written YYYY-MM-DD HH:MM:SS"}

# What to do about a column of moments with a zone.
INSTANT_HINT = "; an instant does not tell New York's wall clock: write it without zone"

_NUMBERS = (Kind.MONEY, Kind.DISTANCE, Kind.CODE)
# Why a text of a kind does not fit, where that can be told more closely.
CLOSER_REASONS = (
    (
        (Kind.TIME,),
        rf"^{_MINUTE}(:[0-9]{{2}}(\.[0-9]+)?)? ?([A-Za-z]+|[+-][0-9:]+|\[.*)$",
        "a moment with a zone, and New York's wall clock without one is wanted",
    ),
    ((Kind.TIME,), rf"^{_MINUTE}:[0-9]{{2}}\.[0-9]+$", "finer than a microsecond"),
    (
        (Kind.TIME,),
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "a day without a time, and a moment YYYY-MM-DD HH:MM:SS is wanted",
    ),
    (
        _NUMBERS,
        r"^[+-]?[0-9]+([0-9.]*),[0-9]+$",
        "written with a comma, and a number with a decimal point is wanted",
    ),
)


def reason_of(kind: Kind, text: str | None, reasons: dict[Kind, str]) -> str:
    """Why a value does not fit.

    Args:
        text: the value, if it is a text.
        reasons: what is said of the values of a kind in general.
    """
    for kinds, pattern, reason in CLOSER_REASONS:
        if text is not None and kind in kinds and re.search(pattern, text):
            return reason
    return reasons[kind]
