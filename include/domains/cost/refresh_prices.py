"""Writes `prices/ec2_on_demand.csv` from apache-libcloud's packaged list of EC2 prices (Apache-2.0).

    pip download --no-deps apache-libcloud -d "$(mktemp -d)"    # and unpack the wheel
    python -m include.domains.cost.refresh_prices PATH/libcloud/data/pricing.json apache-libcloud-3.9.1

That list holds one number per type, region and operating system, but not always the one for shared tenancy:
some are 0, some carry the surcharge of dedicated tenancy (1.0625 or 1.1), and many of its Windows prices
are the licence alone or the machine without it. So a price is taken only where others bear it out (`units`,
`licences`); a size whose own number is not usable gets its family's price by size, and its row says so.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from include.core.prices import PRICES
from include.domains.cost.instance_types import instance_types
from include.domains.cost.price_book import FOLDER

FILE = "ec2_on_demand.csv"
REGIONS = (
    "us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-central-1", "ap-northeast-1",
    "ap-southeast-1", "ap-southeast-2", "ap-south-1",
)  # fmt: skip
SIZES = {"nano": 0.25, "micro": 0.5, "small": 1.0, "medium": 2.0, "large": 4.0, "xlarge": 8.0}
"""AWS's normalization factors (EC2 User Guide, "Reserved Instances", instance size flexibility)."""

SAME = 0.012
"""Prices per unit that differ by no more are the same, rounded differently."""
DEDICATED = (1.0625, 1.1)
LEAST_LICENCE = 0.002  # USD per vCPU-hour; less is rounding

Cells = dict[str, dict[str, float]]
"""USD per hour by type and region, as the list has it; 0 is missing."""


def units(cells: Cells, region: str) -> dict[str, float]:
    """USD per hour and size unit of each family, shared tenancy, where it is borne out: the lowest that two
    sizes share, or that one size has and two others have with the surcharge of dedicated tenancy."""
    seen: dict[str, list[float]] = defaultdict(list)
    for name, by_region in cells.items():
        size, usd = size_units(name), by_region.get(region) or 0.0
        if size and usd > 0:
            seen[_family(name)].append(usd / size)
    return {family: unit for family, each in seen.items() if (unit := _borne_out(sorted(each))) is not None}


def _borne_out(per_unit: Sequence[float]) -> float | None:
    for unit in per_unit:
        same = [other for other in per_unit if _same(other, unit)]
        dearer = [o for o in per_unit if any(_same(o, unit * surcharge) for surcharge in DEDICATED)]
        if len(same) >= 2 or len(dearer) >= 2:
            return sum(same) / len(same)
    return None


def licences(windows: Cells, linux: dict[str, dict[str, float]]) -> dict[str, float]:
    """USD per vCPU-hour of the Windows licence by key (family, or type where burstable): what three or more
    observations share. It is the same in every region. `linux`: units by region."""
    seen: dict[str, list[float]] = defaultdict(list)
    for name, by_region in windows.items():
        for region, usd in by_region.items():
            base = _base(name, linux.get(region, {}))
            if base is None or not usd or any(_same(usd, base * factor) for factor in (1.0, *DEDICATED)):
                continue
            if (licence := (usd - base) / vcpus()[name]) >= LEAST_LICENCE:
                seen[_licence_key(name)].append(licence)
    most = {key: max((_near(each, one) for one in each), key=len) for key, each in seen.items()}
    return {key: sum(near) / len(near) for key, near in most.items() if len(near) >= 3}


def _near(each: Iterable[float], one: float) -> list[float]:
    return [other for other in each if abs(other / one - 1) <= 0.03]


def rows(compute: dict[str, Cells], source: str, date: str) -> Iterator[dict[str, Any]]:
    """PRICES rows of REGIONS, sorted by region and SKU."""
    linux, windows = compute["ec2_linux"], compute["ec2_windows"]
    everywhere = {region for by_region in windows.values() for region in by_region}
    by_region = {region: units(linux, region) for region in everywhere | set(REGIONS)}
    licence = licences(windows, by_region)
    for region in sorted(REGIONS):
        for name in sorted(linux):
            base = _base(name, by_region[region])
            if base is None or region not in linux[name]:
                continue
            yield _row(region, f"ec2:{name}:linux", base, linux[name][region], source, date)
            each = licence.get(_licence_key(name))
            if each is not None and region in windows.get(name, {}):
                full = base + each * vcpus()[name]
                yield _row(region, f"ec2:{name}:windows", full, windows[name][region], source, date)


def _row(region: str, sku: str, expected: float, listed: float, source: str, date: str) -> dict[str, Any]:
    """The listed price where it is borne out, else the family's price by size."""
    usable = listed > 0 and _same(listed, expected)
    return {
        "region": region,
        "sku": sku,
        "usd": f"{listed if usable else expected:.5f}".rstrip("0"),
        "unit": "hour",
        "price_source": source if usable else f"{source} (by size)",
        "price_date": date,
    }


def size_units(name: str) -> float | None:
    """AWS's normalization factor of a type; None for metal and what is not sold by size."""
    size = name.partition(".")[2]
    if size in SIZES:
        return SIZES[size]
    number = size.removesuffix("xlarge")
    return 8.0 * int(number) if size.endswith("xlarge") and number.isdigit() else None


@cache
def vcpus() -> dict[str, int]:
    """vCPUs by type."""
    return dict(instance_types().select("instance_type", "vcpu").rows())


def _base(name: str, unit: dict[str, float]) -> float | None:
    size, each = size_units(name), unit.get(_family(name))
    return size * each if size and each and name in vcpus() else None


def _family(name: str) -> str:
    return name.partition(".")[0]


def _licence_key(name: str) -> str:
    """Burstable sizes have licences of their own."""
    return name if name.startswith("t") else _family(name)


def _same(one: float, other: float) -> bool:
    return abs(one / other - 1) <= SAME


def write(path: Path, source: str) -> int:
    """Write the CSV from the list at `path`; returns the number of rows."""
    content = json.loads(path.read_text(encoding="utf-8"))
    date = f"{datetime.fromtimestamp(content['updated'], UTC):%Y-%m-%d}"
    found = list(rows(content["compute"], source, date))
    with (FOLDER / FILE).open("w", encoding="utf-8", newline="") as out:
        out.write("# Generated by refresh_prices.py; source, licence and what is left out are named there.\n")
        writer = csv.DictWriter(out, list(PRICES), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    return len(found)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m include.domains.cost.refresh_prices PATH_TO_PRICING_JSON SOURCE_NAME")
    print(f"{FILE}: {write(Path(sys.argv[1]), sys.argv[2])} prices")
