"""A value fits its type exactly or is a fault; money is added up by another way."""

from datetime import datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from taxi.landing.columns import Kind
from taxi.landing.money import cents_of
from taxi.landing.texts import type_texts
from taxi.landing.values import type_array

NAN = float("nan")
INFINITE = float("inf")


def outcome(typed) -> list:
    """The values, with "fault" where one did not fit."""
    values = typed.values.to_pylist()
    faults = typed.faults.to_pylist() if typed.faults is not None else [False] * 99
    return [
        "fault" if fault else value
        for value, fault in zip(values, faults, strict=False)
    ]


@pytest.mark.parametrize("neighbour", [0.0, 0.001], ids=["quick way", "slow way"])
@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (8.9000000000000004, Decimal("8.90")),
        (0.1 + 0.2, Decimal("0.30")),
        (-3.33, Decimal("-3.33")),
        (1.0000009, Decimal("1.00")),
        (1.0000011, "fault"),
        (1.005, "fault"),
        (9_999_999.99, Decimal("9999999.99")),
        (-9_999_999.99, Decimal("-9999999.99")),
        (10_000_000.0, "fault"),
        (30_000_000.0, "fault"),
        (1e300, "fault"),
        (INFINITE, "fault"),
        (-INFINITE, "fault"),
        (NAN, None),
        (None, None),
    ],
)
def test_doubles_as_money(number, expected, neighbour):
    numbers = pa.array([number, neighbour], pa.float64())
    assert outcome(type_array(Kind.MONEY, numbers))[0] == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1.0, 1),
        (-(2.0**31), -(2**31)),
        (2.0**31 - 1, 2**31 - 1),
        (2.0**31, "fault"),
        (1.5, "fault"),
        (INFINITE, "fault"),
        (NAN, None),
        (None, None),
    ],
)
def test_doubles_as_codes(number, expected):
    assert outcome(type_array(Kind.CODE, pa.array([number], pa.float64()))) == [
        expected
    ]


def test_nan_is_counted():
    typed = type_array(Kind.CODE, pa.array([NAN, 1.0, NAN]))
    assert (typed.nan_count, typed.faults) == (2, None)


def test_long_integers_as_codes():
    typed = type_array(Kind.CODE, pa.array([1, 2**31, None, -(2**63)]))
    assert outcome(typed) == [1, "fault", None, "fault"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_of_every_unit(unit):
    moments = pa.array([datetime(2023, 2, 1, 23, 59, 59), None]).cast(
        pa.timestamp(unit)
    )
    typed = type_array(Kind.TIME, moments)
    assert outcome(typed) == [datetime(2023, 2, 1, 23, 59, 59), None]


@pytest.mark.parametrize(
    ("ticks", "unit", "expected"),
    [
        (1_001, "ns", "fault"),
        (-1_000, "ns", datetime(1969, 12, 31, 23, 59, 59, 999_999)),
        (2**62, "s", "fault"),
        (-(2**62), "us", "fault"),
        (253_402_300_800, "s", "fault"),
        (253_402_300_799, "s", datetime(9999, 12, 31, 23, 59, 59)),
        (-62_135_596_800_000_001, "us", "fault"),
    ],
)
def test_moments_that_lose_precision_or_have_no_year(ticks, unit, expected):
    moments = pa.array([ticks]).cast(pa.timestamp(unit))
    assert outcome(type_array(Kind.TIME, moments)) == [expected]


@pytest.mark.parametrize("as_dictionary", [False, True])
def test_flags_are_trimmed(as_dictionary):
    texts = pa.array([" Y", "N ", "", "  ", None, "*"], pa.large_string())
    texts = texts.dictionary_encode() if as_dictionary else texts
    assert outcome(type_array(Kind.FLAG, texts)) == ["Y", "N", None, None, None, "*"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8.9000000000000004", Decimal("8.90")),
        (".00", Decimal("0.00")),
        ("5.", Decimal("5.00")),
        ("+5", Decimal("5.00")),
        ("-.5", Decimal("-0.50")),
        ("9999999.99", Decimal("9999999.99")),
        (None, None),
        *(
            (text, "fault")
            for text in (
                "1.005",
                "10000000",
                "9" * 400,
                "nan",
                "NaN",
                "inf",
                "1e5",
                "1.0E-2",
                "1_000",
                "1,000",
                "0x1f",
                "\u0661",
                "-",
                ".",
                "--1",
                "1-",
                "1.2.3",
                "$5",
                "1 2",
            )
        ),
    ],
)
def test_texts_as_money(text, expected):
    texts = pa.array([text, "1"], pa.string())
    assert outcome(type_texts(Kind.MONEY, texts)) == [expected, Decimal(1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("1.0", 1),
        ("-7", -7),
        ("1.5", "fault"),
        ("N", "fault"),
        ("2147483648", "fault"),
    ],
)
def test_texts_as_codes(text, expected):
    assert outcome(type_texts(Kind.CODE, pa.array([text]))) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-01-01 00:00:00", datetime(2019, 1, 1)),
        ("2020-02-29 23:59:59", datetime(2020, 2, 29, 23, 59, 59)),
        ("2019-01-01T00:00:02", datetime(2019, 1, 1, 0, 0, 2)),
        ("2019-01-01 00:01", datetime(2019, 1, 1, 0, 1)),
        ("2019-01-01T00:01", datetime(2019, 1, 1, 0, 1)),
        ("2019-01-01 00:00:02.5", datetime(2019, 1, 1, 0, 0, 2, 500_000)),
        ("2019-01-01T00:00:02.000", datetime(2019, 1, 1, 0, 0, 2)),
        ("2019-01-01T00:00:02.000001", datetime(2019, 1, 1, 0, 0, 2, 1)),
        ("2019-01-01 00:00:02.123456000", datetime(2019, 1, 1, 0, 0, 2, 123_456)),
        (None, None),
        *(
            (text, "fault")
            for text in (
                "2019-02-29 00:00:00",
                "2019-01-01 24:00:00",
                "2019-01-01 23:59:60",
                "2019-01-01",
                "2019-1-1 00:00:00",
                "01/01/2019 00:00:00",
                "2019-02-29T00:00",
                "2019-02-29 00:00:00.5",
                "2019-01-01 24:00",
                "2019-01-01 00:00:00.",
                "2019-01-01 00:00:00.0000001",
                "2019-01-01 00:00:00.0000000000",
                "2019-01-01 00-05",
                "2019-01-01 00:00-05",
                "2019-01-01 00:00:00Z",
                "2019-01-01T00:00:00.000Z",
                "2019-01-01T00:00:00+00:00",
                "2019-01-01 00:00:00 UTC",
                "1546300800",
                "20190101T000000",
                "0000-01-01 00:00:00",
                "noon",
            )
        ),
    ],
)
@pytest.mark.parametrize("neighbour", ["2019-01-01 00:00:01", "2019-02-30 00:00:00"])
def test_texts_as_moments(text, expected, neighbour):
    typed = outcome(type_texts(Kind.TIME, pa.array([neighbour, text])))
    first = datetime(2019, 1, 1, 0, 0, 1) if "-01-" in neighbour else "fault"
    assert typed == [first, expected]


BEYOND = ["15420004.5", "-10000000", "9999999.996", "1.5420004e7", "-1E+300", "9" * 400]


@pytest.mark.parametrize("text", [*BEYOND, "inf", "-Infinity"])
def test_a_distance_that_no_meter_can_show_is_no_fault(text):
    for typed in (
        type_texts(Kind.DISTANCE, pa.array(["1.5", text, None])),
        type_array(Kind.DISTANCE, pa.array([1.5, float(text), None])),
    ):
        assert typed.values.to_pylist() == [Decimal("1.50"), None, None]
        assert typed.beyond.to_pylist() == [False, True, False]
        assert typed.faults is None


@pytest.mark.parametrize(
    "text", ["1.5e3", "1e-5", "abc", "1.005", "nan", "1e", "infin"]
)
def test_a_distance_that_is_no_numeral_is_a_fault(text):
    typed = type_texts(Kind.DISTANCE, pa.array([text, "15420004.5"]))
    assert typed.faults.to_pylist() == [True, False]
    assert typed.beyond.to_pylist() == [False, True]
    assert typed.values.null_count == 2


def test_money_beyond_its_type_stays_a_fault():
    typed = type_array(Kind.MONEY, pa.array([15420004.5]))
    assert (outcome(typed), typed.beyond) == (["fault"], None)


NUMBERS = [
    *(pa.int8(), pa.int16(), pa.int32(), pa.int64()),
    *(pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()),
    *(pa.float16(), pa.float32(), pa.float64()),
    *(pa.decimal128(20, 0), pa.decimal128(9, 2), pa.decimal256(60, 20)),
]


@pytest.mark.parametrize("physical", NUMBERS, ids=str)
@pytest.mark.parametrize("kind", [Kind.CODE, Kind.MONEY, Kind.DISTANCE])
def test_a_number_lands_from_every_type_that_holds_it(kind, physical):
    numbers = pa.array([0, 1, 100, None], pa.int8()).cast(physical)
    assert outcome(type_array(kind, numbers)) == [0, 1, 100, None]
    assert cents_of(numbers, None) == 10_100


@pytest.mark.parametrize(
    ("kind", "number", "physical"),
    [
        (Kind.CODE, 2**32 - 1, pa.uint32()),
        (Kind.CODE, 2**64 - 1, pa.uint64()),
        (Kind.CODE, Decimal("1.5"), pa.decimal128(9, 2)),
        (Kind.CODE, 1.5, pa.float32()),
        (Kind.MONEY, Decimal("1.005"), pa.decimal128(9, 3)),
        (Kind.MONEY, 2**64 - 1, pa.uint64()),
        # What it holds is 153.350006.
        (Kind.MONEY, 153.35, pa.float32()),
    ],
)
def test_a_number_that_its_type_does_not_hold_exactly_is_a_fault(
    kind, number, physical
):
    numbers = pa.array([number, 1], physical)
    typed = type_array(kind, numbers)
    assert outcome(typed) == ["fault", 1]
    assert cents_of(numbers, typed.faults) == 100


def test_typing_a_slice_looks_at_the_slice_only():
    texts = pa.array(["no", "1.5", "2", "no"]).slice(1, 2)
    assert outcome(type_texts(Kind.MONEY, texts)) == [Decimal("1.50"), Decimal(2)]
    doubles = pa.array([0.001, 1.5, None, 0.001]).slice(1, 2)
    assert outcome(type_array(Kind.MONEY, doubles)) == [Decimal("1.50"), None]


def test_cents_of_doubles_and_texts_agree_with_exact_sums():
    cents = [n * 7919 % 100_000 - 20_000 for n in range(5_000)]
    doubles = pa.array([one / 100 for one in cents])
    assert cents_of(doubles, None) == sum(cents)
    assert cents_of(doubles.cast(pa.string()), None) == sum(cents)
    assert cents_of(pa.array([f"{one / 100:.17g}" for one in cents]), None) == sum(
        cents
    )


def test_cents_count_each_value_to_the_cent():
    texts = pa.array(["1.0000009"] * 6_000)
    assert cents_of(texts, None) == 600_000
    assert cents_of(pa.array([1.0000009] * 6_000), None) == 600_000
    assert cents_of(pa.array(["0.0300000000000000000000000001", "1"]), None) == 103


def test_cents_leave_out_what_was_not_read():
    faults = pa.array([False, True])
    assert cents_of(pa.array([1.25, INFINITE]), faults) == 125
    assert cents_of(pa.array(["1.25", "much"]), faults) == 125
    assert cents_of(pa.array([NAN, 1.25, None]), None) == 125
    assert cents_of(pa.nulls(2), None) is None
    assert cents_of(pa.nulls(2, pa.float64()), None) == 0
