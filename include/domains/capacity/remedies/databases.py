"""RDS: a larger class for CPU, connections and what a class limits; more storage for the rest.

Storage grows by at least 10 %, and never shrinks again (RDS User Guide, "Increasing DB instance storage
capacity"; from memory).
"""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Remedy, cost, up
from include.domains.capacity.remedies._sizes import larger, ratio

KINDS = (
    "rds_cpu",
    "rds_connections",
    "rds_iops",
    "rds_throughput",
    "rds_storage",
    "rds_storage_maximum",
)
GIB = 1024**3
MIB = 1024**2
LEAST_GROWTH = 1.1
INCLUDED = {"iops": 3_000, "throughput_mibps": 125}
STRIPED = {"iops": 12_000, "throughput_mibps": 500}
"""Of gp3: in one volume, and over the four that RDS makes of larger storage."""
STRIPED_GIB, ORACLE_STRIPED_GIB = 400, 200
VOLUME_COLUMNS = {
    "rds_iops": ("iops", 1, "iops-month"),
    "rds_throughput": ("throughput_mibps", MIB, "mibps-month"),
}
CLASS_COLUMNS = {"rds_iops": "ebs_iops", "rds_throughput": "ebs_mb_per_second"}


def remedy(due: Due) -> Remedy:
    """What carries the need; members of a cluster are advised only."""
    if due.kind == "rds_storage":
        return _storage(due)
    if due.kind == "rds_storage_maximum":
        gib = up(max(due.need / GIB, float(due.resource["allocated_gib"]) * LEAST_GROWTH))
        says = f"Let its storage grow by itself up to {gib} GiB; the price is that of all of it."
        extra = _per_copy(due, gib - due.limit / GIB, "gib-month")
        return Remedy(says, float(gib * GIB), "rds.modify_storage", {"max_allocated_gib": gib}, extra)
    if due.kind in CLASS_COLUMNS and (faster := _faster_volume(due)) is not None:
        return faster
    return _class(due)


def _storage(due: Due) -> Remedy:
    now = int(due.resource["allocated_gib"])
    gib = up(max(due.need / GIB, now * LEAST_GROWTH))
    return Remedy(
        f"Allocate {gib} GiB instead of {now}.",
        float(gib * GIB),
        "rds.modify_storage",
        {"allocated_gib": gib},
        _per_copy(due, gib - now, "gib-month"),
    )


def _per_copy(due: Due, more: float, unit: str) -> Cost | None:
    """So much more of what its storage type bills, in each of its zones."""
    copies = 2 if due.resource["multi_az"] else 1
    return cost((more * copies, due.price(f"rds:{due.resource['storage_type']}:{unit}")))


def _faster_volume(due: Due) -> Remedy | None:
    """More of what the volume has provisioned; None: the class is the limit, or nothing is provisioned."""
    column, unit, billed = VOLUME_COLUMNS[due.kind]
    now = due.resource[column]
    if now is None or due.resource["storage_type"] not in ("gp3", "io1", "io2") or now * unit > due.limit:
        return None
    wanted, called = up(due.need / unit), "IOPS" if unit == 1 else "MiB/s"
    included = 0
    if due.resource["storage_type"] == "gp3":
        gib, included = _striped(due, column)
        if int(due.resource["allocated_gib"]) < gib:
            return _more_storage(due, gib, f"{included} {called}", float(included * unit))
    return Remedy(
        f"Provision {wanted} {called} instead of {now}.",
        float(wanted * unit),
        "rds.modify_storage",
        {column: wanted},
        _per_copy(due, max(wanted, included) - max(now, included), billed),
    )


def _striped(due: Due, column: str) -> tuple[int, int]:
    """From how many GiB on more can be provisioned for gp3, and what its price then covers.

    RDS User Guide, "Amazon RDS DB instance storage", gp3; from memory, verify.
    """
    engine = str(due.resource["engine"])
    if engine.startswith("sqlserver"):
        return 0, INCLUDED[column]
    return ORACLE_STRIPED_GIB if engine.startswith("oracle") else STRIPED_GIB, STRIPED[column]


def _more_storage(due: Due, gib: int, included: str, limit: float) -> Remedy:
    """RDS provisions nothing for less; so much storage brings four times as much by itself."""
    now = int(due.resource["allocated_gib"])
    gib = max(gib, up(now * LEAST_GROWTH))
    says = f"Allocate {gib} GiB instead of {now}: from there on gp3 has {included}"
    if limit < due.need:
        return Remedy(f"{says}, and as many more as are provisioned.")
    extra = _per_copy(due, gib - now, "gib-month")
    return Remedy(f"{says}.", limit, "rds.modify_storage", {"allocated_gib": gib}, extra)


def _class(due: Due) -> Remedy:
    now, column = str(due.resource["instance_class"]), CLASS_COLUMNS.get(due.kind, "memory_mib")
    found = larger(now.removeprefix("db."), column, due.factor)
    if found is None:
        return Remedy(
            f"No larger class of {now}'s family carries it: add read replicas, or change the family."
        )
    new = f"db.{found}"
    limit = due.limit * ratio(now.removeprefix("db."), found, column)
    if due.resource["cluster_id"] is not None:
        return Remedy(f"Give its cluster instances of class {new}, the reader first.", limit)
    says = f"Change its class from {now} to {new}; it is down for some minutes."
    return Remedy(
        says, limit, "rds.modify_instance_class", {"instance_class": new}, _difference(due, now, new)
    )


def _difference(due: Due, now: str, new: str) -> Cost | None:
    zones = "multi" if due.resource["multi_az"] else "single"
    prices = [due.price(f"rds:{name}:{due.resource['engine']}:{zones}") for name in (new, now)]
    if None in prices:
        return None
    return cost((HOURS_PER_MONTH, prices[0]), (-HOURS_PER_MONTH, prices[1]))
