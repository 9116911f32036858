"""Whether the dataset and the bucket are there, and near enough to each other."""

from taxi.bigquery.warehouse import Warehouse
from taxi.errors import TaxiError

# Of the locations that span a continent: how the regions within them are named.
_WITHIN = {"US": ("US-", "NAM4"), "EU": ("EUROPE-", "EUR4")}


def check_places(warehouse: Warehouse, is_creating: bool, is_sending: bool) -> None:
    """Check what an export needs, before it does anything.

    Args:
        is_creating: whether the dataset is to be created if it is missing.
        is_sending: whether anything may be changed, and files go through the bucket.

    Raises:
        TaxiError: if something is missing, or elsewhere.
    """
    target = warehouse.target
    dataset = warehouse.find_dataset()
    if dataset is None and is_creating:
        if not is_sending:
            return
        warehouse.create_dataset()
        dataset = warehouse.find_dataset()
    if dataset is None:
        raise TaxiError(
            f"--dataset: there is no dataset {target.dataset} in the project "
            f"{warehouse.client.project}; --create-dataset makes it"
        )
    there = dataset.location.upper()
    if target.location and target.location.upper() != there:
        raise TaxiError(
            f"--location: the dataset {target.dataset} is in {there}, not in "
            f"{target.location}"
        )
    # Jobs run where the dataset is.
    warehouse.client._location = dataset.location
    if not is_sending:
        return
    bucket = warehouse.find_bucket_location()
    if bucket is None:
        raise TaxiError(
            f"--bucket: there is no bucket gs://{target.bucket}; make one in {there}"
        )
    if bucket != there and not bucket.startswith(_WITHIN.get(there, ("-",))):
        raise TaxiError(
            f"--bucket: gs://{target.bucket} is in {bucket}, the dataset "
            f"{target.dataset} in {there}; BigQuery loads only from its own location"
        )
