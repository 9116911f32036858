"""How TLC wrote its files at which time: names, physical types, the form of the file.

Read from footers and headers of its files. Months are texts, as 2023-01, whose order
is that of time.
"""

from dataclasses import dataclass

import pyarrow as pa

from taxi.errors import TaxiError
from taxi.generate import old_eras

# The months of each form.
PARQUET_MONTHS = {"green": ("2013-08", "2025-12"), "yellow": ("2009-01", "2025-12")}
CSV_MONTHS = {"green": ("2013-08", "2022-04"), "yellow": ("2009-01", "2022-04")}

AMOUNTS = ("fare_amount", "extra", "mta_tax", "tip_amount", "tolls_amount")
_NAMES = {
    "green": (
        "VendorID",
        "lpep_pickup_datetime",
        "lpep_dropoff_datetime",
        "store_and_fwd_flag",
        "RatecodeID",
        "PULocationID",
        "DOLocationID",
        "passenger_count",
        "trip_distance",
        *AMOUNTS,
        "ehail_fee",
        "improvement_surcharge",
        "total_amount",
        "payment_type",
        "trip_type",
    ),
    "yellow": (
        "VendorID",
        "tpep_pickup_datetime",
        "tpep_dropoff_datetime",
        "passenger_count",
        "trip_distance",
        "RatecodeID",
        "store_and_fwd_flag",
        "PULocationID",
        "DOLocationID",
        "payment_type",
        *AMOUNTS,
        "improvement_surcharge",
        "total_amount",
    ),
}
_IDS = ("VendorID", "PULocationID", "DOLocationID")
_COUNTS = ("RatecodeID", "passenger_count", "payment_type", "trip_type")

# Yellow months before 2020-11 whose airport fee has a type, though no value.
_TYPED_AIRPORT_FEES = ("2018-01", "2020-08", "2020-09")


@dataclass(frozen=True)
class Era:
    """How TLC wrote one service in one month.

    Attributes:
        month: the month, as 2023-01.
        types: names in the file's order, with physical types; None in a CSV.
        compression: of a parquet file.
        row_group_rows: rows of a parquet's row groups; None if it has one for all.
        header_end: what ends the header of a CSV; an empty line may follow it.
        surplus_fields: empty fields of a CSV's rows that its header does not name.
    """

    service: str
    month: str
    types: dict[str, pa.DataType | None]
    compression: str = "zstd"
    row_group_rows: int | None = None
    header_end: str = "\r\n"
    surplus_fields: int = 0

    @property
    def has_texts(self) -> bool:
        """Whether texts stand for the codes of vendors and payment."""
        return bool({"vendor_name", "vendor_id"} & self.types.keys())

    @property
    def stem(self) -> str:
        return f"{self.service}_tripdata_{self.month}"


def parquet_era(service: str, month: str) -> Era:
    """The era of a parquet file.

    Raises:
        TaxiError: if TLC published none for that month.
    """
    _refuse_unpublished(service, month, "parquet", PARQUET_MONTHS)
    if old_eras.has_points(service, month, "parquet"):
        types = old_eras.parquet_types(month)
        return Era(service, month, types, compression="gzip")
    is_new = month >= "2023-02"
    names = [*_NAMES[service], "congestion_surcharge"]
    if service == "yellow":
        names.append("Airport_fee" if is_new else "airport_fee")
    if month >= "2025-01":
        names.append("cbd_congestion_fee")
    types = {name: _type_of(service, month, name) for name in names}
    if not is_new:
        return Era(service, month, types, compression="gzip")
    return Era(
        service, month, types, row_group_rows=1 << 20 if service == "yellow" else None
    )


def csv_era(service: str, month: str) -> Era:
    """The era of a CSV file.

    Raises:
        TaxiError: if TLC published none for that month.
    """
    _refuse_unpublished(service, month, "CSV", CSV_MONTHS)
    if old_eras.has_points(service, month, "CSV"):
        names = old_eras.csv_names(service, month)
        form = old_eras.csv_form(service, month)
        return Era(service, month, dict.fromkeys(names), **form)
    names = list(_NAMES[service])
    if month >= "2019-01":
        names.append("congestion_surcharge")
    is_of_2016 = month < "2017-01"
    has_empty_line = month < "2019-01" and not (is_of_2016 and service == "yellow")
    return Era(
        service,
        month,
        dict.fromkeys(names),
        header_end="\n\r\n" if has_empty_line else "\r\n",
        surplus_fields=2 if is_of_2016 else 0,
    )


def _refuse_unpublished(service: str, month: str, form: str, months: dict) -> None:
    first, last = months[service]
    if not first <= month <= last:
        raise TaxiError(
            f"no {form} of {service} trips is known for {month}; "
            f"choose from {first} to {last}"
        )


def _type_of(service: str, month: str, name: str) -> pa.DataType:
    """The physical type of a column of a parquet file."""
    is_new = month >= "2023-02"
    if name.endswith("_datetime"):
        return pa.timestamp("us")
    if name == "store_and_fwd_flag":
        return pa.large_string() if is_new else pa.string()
    if name in _IDS:
        return pa.int32() if is_new else pa.int64()
    if name in _COUNTS:
        has_whole = is_new or (
            service == "yellow" and (month < "2018-07" or name == "payment_type")
        )
        return pa.int64() if has_whole else pa.float64()
    # A column that pandas found empty was written without a type.
    is_empty = {
        "ehail_fee": not is_new,
        "congestion_surcharge": month < "2019-01",
        "airport_fee": month < "2020-11" and month not in _TYPED_AIRPORT_FEES,
    }
    return pa.null() if is_empty.get(name) else pa.float64()
