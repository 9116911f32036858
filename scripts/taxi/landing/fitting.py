"""What fits the types of the lake, in words, bounds and patterns.

Plain Python, so that other engines than Arrow can hold to the same.
"""

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

NUMERAL = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"
# Where a point lies is no sum of money: any way to write a number will do.
DEGREES = r"^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?|[nN][aA][nN])$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$"

TEXT_REASONS = REASONS | {Kind.TIME: "not a moment written YYYY-MM-DD HH:MM:SS"}
