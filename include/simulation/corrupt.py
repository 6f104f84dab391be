"""Data that no AWS would report, put into a running simulation: what quality must refuse, and say why."""

from collections.abc import Callable

from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

from include.simulation.manifest import PROD_EU


def _negative_volume() -> None:
    """A volume of -1 GiB; one in use and of the newest type, which no sweep deletes or changes."""
    volumes = ec2_backends[PROD_EU.account_id][PROD_EU.region].volumes
    kept = [name for name, one in volumes.items() if one.attachment and one.volume_type == "gp3"]
    volumes[min(kept)].size = -1


def _negative_storage() -> None:
    """A database with -1 GiB."""
    databases = rds_backends[PROD_EU.account_id][PROD_EU.region].databases
    databases[min(databases)].allocated_storage = -1


DATASETS: dict[str, Callable[[], None]] = {
    "ebs_volumes": _negative_volume,
    "rds_instances": _negative_storage,
}


def corrupt(dataset: str) -> None:
    """Spoils one row of `dataset` in the production account, eu-west-1. KeyError for others than DATASETS."""
    DATASETS[dataset]()
