"""How TLC wrote its files before it drew zones: names, types and forms of old files.

Months are texts, as in `eras`. Heads of files show some months only; between them, a
month is taken to be as the one before.
"""

import pyarrow as pa

# Months whose files tell points instead of zones, by form and service.
LAST_MONTHS_OF_POINTS = {
    "parquet": {"yellow": "2010-12", "green": ""},
    "CSV": {"yellow": "2016-06", "green": "2016-06"},
}

# Where each longitude and latitude is among the trips.
POINTS = {
    "start_lon": "pickup_longitude",
    "start_lat": "pickup_latitude",
    "end_lon": "dropoff_longitude",
    "end_lat": "dropoff_latitude",
}
POINTS |= {name: name for name in POINTS.values()}

# Old names in lower case and today's; times without a prefix, as trips have them.
TODAY = {
    "vendor_name": "vendorid",
    "vendor_id": "vendorid",
    "trip_pickup_datetime": "pickup_datetime",
    "trip_dropoff_datetime": "dropoff_datetime",
    "pickup_datetime": "pickup_datetime",
    "dropoff_datetime": "dropoff_datetime",
    "rate_code": "ratecodeid",
    "store_and_forward": "store_and_fwd_flag",
    "fare_amt": "fare_amount",
    "surcharge": "extra",
    "tip_amt": "tip_amount",
    "tolls_amt": "tolls_amount",
    "total_amt": "total_amount",
}

_INDEX = "__index_level_0__"


def _names(text: str) -> list[str]:
    return text.split()


_OF_2009 = _names(
    "vendor_name Trip_Pickup_DateTime Trip_Dropoff_DateTime Passenger_Count "
    "Trip_Distance Start_Lon Start_Lat Rate_Code store_and_forward End_Lon End_Lat "
    "Payment_Type Fare_Amt surcharge mta_tax Tip_Amt Tolls_Amt Total_Amt"
)
_OF_2010 = _names(
    "vendor_id pickup_datetime dropoff_datetime passenger_count trip_distance "
    "pickup_longitude pickup_latitude rate_code store_and_fwd_flag dropoff_longitude "
    "dropoff_latitude payment_type fare_amount surcharge mta_tax tip_amount "
    "tolls_amount total_amount"
)
_OF_2015 = _names(
    "VendorID tpep_pickup_datetime tpep_dropoff_datetime passenger_count trip_distance "
    "pickup_longitude pickup_latitude RatecodeID store_and_fwd_flag dropoff_longitude "
    "dropoff_latitude payment_type fare_amount extra mta_tax tip_amount tolls_amount "
    "improvement_surcharge total_amount"
)
_GREEN = _names(
    "VendorID lpep_pickup_datetime Lpep_dropoff_datetime Store_and_fwd_flag RateCodeID "
    "Pickup_longitude Pickup_latitude Dropoff_longitude Dropoff_latitude "
    "Passenger_count Trip_distance Fare_amount Extra MTA_tax Tip_amount Tolls_amount "
    "Ehail_fee improvement_surcharge Total_amount Payment_type"
)


def has_points(service: str, month: str, form: str) -> bool:
    """Whether a file of that form, parquet or CSV, tells points instead of zones."""
    return month <= LAST_MONTHS_OF_POINTS[form][service]


def parquet_types(month: str) -> dict[str, pa.DataType]:
    """Names and physical types of a yellow parquet of 2009 or 2010."""
    names = _OF_2009 if month < "2010-01" else _OF_2010
    types = {name: _type_of(name.lower(), month) for name in names}
    if month in ("2010-02", "2010-03"):
        types[_INDEX] = pa.int64()
    return types


def _type_of(name: str, month: str) -> pa.DataType:
    texts = ("vendor_name", "vendor_id", "payment_type", "store_and_fwd_flag")
    if name in texts or name.endswith("datetime"):
        return pa.string()
    if name == "rate_code" and month >= "2010-01":
        return pa.int64() if month in ("2010-02", "2010-03") else pa.string()
    return pa.int64() if name == "passenger_count" else pa.float64()


def csv_names(service: str, month: str) -> list[str]:
    """The header of a CSV as it is, spaces included."""
    if service == "green":
        names = [n for n in _GREEN if month >= "2015-01" or "improvement" not in n]
        return [*names, "Trip_type "]
    if month < "2010-01":
        return _OF_2009
    if month < "2015-01":
        first, *others = _OF_2010
        return [first, *(f" {name}" if month >= "2014-01" else name for name in others)]
    old_case = {"RatecodeID": "RateCodeID"} if month < "2015-07" else {}
    return [old_case.get(name, name) for name in _OF_2015]


def csv_form(service: str, month: str) -> dict:
    """What ends the header of a CSV, and the fields that its rows have beyond it."""
    is_2015 = month[:4] == "2015"
    is_short = is_2015 or (service == "yellow" and month >= "2015-01")
    return {
        "header_end": "\r\n" if is_short else "\n\r\n",
        "surplus_fields": 2 if service == "green" and month < "2015-07" else 0,
    }
