"""What ECS tasks cost: on Fargate what they reserve; on hosts of their own that is not known."""

from typing import NamedTuple

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Cost, Due, Row, cost

UNITS = 1024
"""CPU units of a vCPU, MiB of a GiB."""
INCLUDED_GIB = 20
"""Ephemeral storage of a task that is not billed (Fargate pricing; from memory, verify)."""
MACHINES = {"X86_64": "x86", "ARM64": "arm"}
SIZES = {
    256: (512, 1024, 2048),
    512: range(1024, 4096 + 1, 1024),
    1024: range(2048, 8192 + 1, 1024),
    2048: range(4096, 16384 + 1, 1024),
    4096: range(8192, 30720 + 1, 1024),
    8192: range(16384, 61440 + 1, 4096),
    16384: range(32768, 122880 + 1, 8192),
}
"""MiB that a task of so many CPU units may have (ECS Developer Guide, "Task size"; from memory, verify)."""


class Size(NamedTuple):
    """What one task reserves."""

    cpu_units: int
    memory_mib: int


def on_fargate(service: Row) -> bool:
    """All its tasks run there on demand; with Spot or capacity providers of its own they may not."""
    providers = list(service["capacity_providers"] or ())
    return providers == ["FARGATE"] if providers else service["launch_type"] == "FARGATE"


def size(service: Row) -> Size | None:
    """None: its task definition was not read, or reserves nothing."""
    cpu, memory = service["task_cpu_units"], service["task_memory_mib"]
    return None if cpu is None or memory is None else Size(int(cpu), int(memory))


def larger(now: Size, memory_mib: float) -> Size | None:
    """The smallest size with at least so much memory and no less CPU; None: Fargate has none."""
    fitting = (
        Size(cpu, mib)
        for cpu, offered in SIZES.items()
        for mib in offered
        if cpu >= now.cpu_units and mib >= max(memory_mib, now.memory_mib + 1)
    )
    return min(fitting, default=None)


def more_tasks(due: Due, tasks: float) -> Cost | None:
    """So many of the service's tasks for a month; None: not on Fargate, or a price is not known."""
    each, disk = size(due.resource), due.resource["task_ephemeral_gib"] or INCLUDED_GIB
    return each and _month(due, tasks, each, max(disk - INCLUDED_GIB, 0))


def larger_tasks(due: Due, now: Size, new: Size) -> Cost | None:
    """All its tasks of another size for a month, over what they cost now."""
    more = Size(new.cpu_units - now.cpu_units, new.memory_mib - now.memory_mib)
    return _month(due, int(due.resource["desired_count"] or 0), more, 0)


def _month(due: Due, tasks: float, each: Size, disk_gib: int) -> Cost | None:
    system, machine = due.resource["task_os"], MACHINES.get(due.resource["task_architecture"])
    if not on_fargate(due.resource) or system is None or machine is None:
        return None
    windows = system != "LINUX"
    hours, sku = tasks * HOURS_PER_MONTH, f"fargate:{'windows' if windows else 'linux'}:{machine}"
    vcpus, gib = (hours * one / UNITS for one in each)
    return cost(
        (vcpus, due.price(f"{sku}:vcpu-hour")),
        (gib, due.price(f"{sku}:gib-hour")),
        (vcpus * windows, due.price("fargate:windows:licence:vcpu-hour")),
        (hours * disk_gib, due.price("fargate:ephemeral:gib-hour")),
    )


def unpriced(service: Row) -> str:
    """Why its tasks have no price, to be added to a sentence; empty: they have one where it is listed."""
    if "FARGATE_SPOT" in (service["capacity_providers"] or ()):
        return " Some run on Fargate Spot, whose price follows the market."
    if not on_fargate(service):
        return " They run on hosts of their own, and whether those have room is not known: nor is the price."
    if size(service) is None or service["task_os"] is None:
        return " What a task reserves could not be read, so its price is not known."
    return ""
