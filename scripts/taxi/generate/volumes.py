"""About how many rows TLC's months have: rounded means of a year, no statistics."""

# Thousands of rows in a mean month.
_THOUSANDS = {
    "green": {
        2013: 240,
        2014: 1_320,
        2015: 1_600,
        2016: 1_370,
        2017: 980,
        2018: 740,
        2019: 525,
        2020: 145,
        2021: 89,
        2022: 70,
        2023: 66,
        2024: 55,
        2025: 49,
    },
    "yellow": {
        2009: 14_200,
        2010: 14_100,
        2011: 14_700,
        2012: 14_900,
        2013: 14_400,
        2014: 13_800,
        2015: 12_200,
        2016: 10_900,
        2017: 9_460,
        2018: 8_570,
        2019: 7_050,
        2020: 2_050,
        2021: 2_580,
        2022: 3_300,
        2023: 3_190,
        2024: 3_430,
        2025: 3_900,
    },
}


def real_row_count(service: str, month: str) -> int:
    """About the rows of TLC's file; a month may have half or twice as many."""
    return 1_000 * _THOUSANDS[service][int(month[:4])]
