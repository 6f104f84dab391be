"""What capacity follows and from when on it plans (`capacity.yaml`)."""

from pathlib import Path

from include.core.series import SeriesTable
from include.policies._reading import Policy, folder, read, versioned

FILE = "capacity.yaml"
OWN = Path(__file__).parent


class CapacityPolicy(SeriesTable, Policy):
    """The whole of `capacity.yaml`."""


def capacity_policy() -> CapacityPolicy:
    """`capacity.yaml`, or this repository's where the policy folder has none: it changes nothing by itself.

    PolicyError when it is broken.
    """
    return read(FILE, CapacityPolicy, at=_place())


def capacity_version() -> str:
    """The content hash of the file that `capacity_policy` reads."""
    return versioned(FILE, CapacityPolicy, at=_place())[1]


def _place() -> Path:
    return folder() if (folder() / FILE).exists() else OWN
