"""Landing files as people have them, and what is said of it."""

from landings import Workshop
from tlc_files import CSV_ERAS, csv_text, trips, write_csv

CSV = CSV_ERAS["green 2019"]


def land_text(shop: Workshop, text: str, bad: int = 0, era=CSV) -> str:
    """Land a CSV of this text; return what was said."""
    write_csv(shop.files, era, text)
    shop.land(max_bad_values=bad)
    return shop.said


def whole(**kwargs) -> str:
    """The text of a sound file."""
    return csv_text(CSV, trips("2019-01"), **kwargs)


def assert_refused(shop: Workshop, *texts: str) -> None:
    """The only file was refused in one line with these texts, and nothing landed."""
    line, summary = shop.said.splitlines()
    assert line.startswith("refused ")
    assert summary.startswith("files: 0 landed, 0 unchanged, 1 refused")
    for text in texts:
        assert text in line
    for name in ("green_trips", "yellow_trips", "source_files", "unreadable_values"):
        assert shop.table(name).num_rows == 0


def unreadable(shop: Workshop) -> list[tuple]:
    return [
        (one["source_row_number"], one["column_name"], one["value_text"], one["reason"])
        for one in shop.table("unreadable_values").to_pylist()
    ]


# What another tool wrote.
