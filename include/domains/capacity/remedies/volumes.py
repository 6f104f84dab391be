"""EBS volumes: more IOPS or throughput where they are provisioned, else gp3.

What a type allows: `volume_limits.csv` (the table the limits themselves come from).
"""

from typing import Any

from include.domains.capacity.derived import volume_limits
from include.domains.capacity.remedies._remedy import Due, Remedy, cost, up

KINDS = ("ebs_iops", "ebs_throughput", "ebs_burst")
MIB = 1024**2
BASE_IOPS, BASE_MIBPS = 3000, 125
"""Included in gp3 (EBS User Guide, "General Purpose SSD volumes")."""
IOPS_PER_GIB = 500
"""Most IOPS of gp3 for its size (the same page; from memory)."""


def remedy(due: Due) -> Remedy:
    """Provision what is needed; gp2, st1 and sc1 become gp3, which has no credits to run out of."""
    kind = str(due.resource["volume_type"])
    if kind in ("io1", "io2"):
        return _io(due, kind)
    if kind not in ("gp2", "gp3"):
        return Remedy(f"A {kind} volume gets no faster but by size: move to gp3, or grow it.")
    iops = max(int(due.resource["iops"] or 0), BASE_IOPS)
    mibps = max(int(due.resource["throughput_mibps"] or 0), BASE_MIBPS)
    if due.kind == "ebs_iops":
        iops = max(iops, up(due.need))
    if due.kind == "ebs_throughput":
        mibps = max(mibps, up(due.need / MIB))
    most_iops, most_mibps = _most("gp3")
    if iops > min(most_iops, int(due.resource["size_gib"]) * IOPS_PER_GIB) or mibps > most_mibps:
        return Remedy("No gp3 volume of its size carries it: grow it, or stripe several.")
    params: dict[str, Any] = {"volume_type": "gp3", "iops": iops, "throughput_mibps": mibps}
    says = f"Provision {iops} IOPS and {mibps} MiB/s" + (" on gp3 instead of gp2." if kind == "gp2" else ".")
    limit = {"ebs_iops": float(iops), "ebs_throughput": float(mibps * MIB)}.get(due.kind)
    return Remedy(says, limit, "ec2.modify_volume", params, _gp3_cost(due, kind, iops, mibps))


def _io(due: Due, kind: str) -> Remedy:
    if due.kind != "ebs_iops":
        return Remedy(f"Throughput of {kind} follows its IOPS and I/O size: provision more IOPS.")
    now, wanted = int(due.resource["iops"] or 0), up(due.need)
    if wanted > _most(kind)[0]:
        return Remedy(f"No {kind} volume has {wanted} IOPS: stripe several.")
    extra = cost((wanted - now, due.price(f"ebs:{kind}:iops-month")))
    params = {"volume_type": kind, "iops": wanted}
    return Remedy(
        f"Provision {wanted} IOPS instead of {now}.", float(wanted), "ec2.modify_volume", params, extra
    )


def _gp3_cost(due: Due, kind: str, iops: int, mibps: int) -> Any:
    size = float(due.resource["size_gib"])
    was_iops = max(int(due.resource["iops"] or 0), BASE_IOPS) if kind == "gp3" else BASE_IOPS
    was_mibps = max(int(due.resource["throughput_mibps"] or 0), BASE_MIBPS) if kind == "gp3" else BASE_MIBPS
    moved = [(size, due.price("ebs:gp3:gib-month")), (-size, due.price("ebs:gp2:gib-month"))]
    return cost(
        (iops - was_iops, due.price("ebs:gp3:iops-month")),
        (mibps - was_mibps, due.price("ebs:gp3:mibps-month")),
        *(moved if kind == "gp2" else []),
    )


def _most(kind: str) -> tuple[int, int]:
    """Most IOPS and MiB/s of a type."""
    found = volume_limits().filter(volume_type=kind).row(0, named=True)
    return int(found["most_iops"]), int(found["most_mibps"])
