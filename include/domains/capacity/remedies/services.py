"""ECS services: more tasks, or a higher maximum of their auto scaling."""

from include.domains.capacity.remedies._fargate import (
    larger,
    larger_tasks,
    more_tasks,
    on_fargate,
    size,
    unpriced,
)
from include.domains.capacity.remedies._remedy import Due, Remedy, up

KINDS = ("ecs_cpu", "ecs_memory", "ecs_tasks")
DIMENSION = "ecs:service:DesiredCount"


def remedy(due: Due) -> Remedy:
    """Tasks share CPU, and not memory: that is the task definition's."""
    service = due.resource
    if due.kind == "ecs_memory":
        return _memory(due)
    if service["scheduling"] == "DAEMON":
        return Remedy(f"It runs one task per host: give each {due.factor:.2f} times its CPU.")
    now = int(service["desired_count"] or 0)
    target = due.other("scaling_targets", f"service/{service['resource_id']}/{DIMENSION}")
    wanted = up(due.need) if due.kind == "ecs_tasks" else max(up(now * due.factor), now + 1)
    limit = float(wanted) if due.kind == "ecs_tasks" else due.limit * wanted / max(now, 1)
    extra = more_tasks(due, wanted - (due.limit if due.kind == "ecs_tasks" else now))
    why = unpriced(service)
    if target is None:
        says = f"Run {wanted} tasks instead of {now}.{why}"
        return Remedy(says, limit, "ecs.set_desired_count", {"desired_count": wanted}, extra)
    most = max(wanted, int(target["max_capacity"]))
    least = int(target["min_capacity"]) if due.kind == "ecs_tasks" else wanted
    if due.kind == "ecs_tasks":
        why = why or " The price is that of all of them, all month."
    return Remedy(
        f"Let its auto scaling run {least} to {most} tasks.{why}",
        limit,
        "applicationautoscaling.set_scaling_target",
        {"namespace": "ecs", "dimension": DIMENSION, "min_capacity": least, "max_capacity": most},
        extra,
        ("scaling_targets", target["resource_id"]),
    )


def _memory(due: Due) -> Remedy:
    """On Fargate the next size that it sells; elsewhere any amount, if the hosts have it."""
    now = size(due.resource) if on_fargate(due.resource) else None
    new = now and larger(now, now.memory_mib * due.factor)
    if now is None or new is None:
        says = f"Give each task {due.factor:.2f} times its memory: a new revision of its task definition."
        return Remedy(says + unpriced(due.resource))
    sizes = [f"{one.memory_mib} MiB and {one.cpu_units} CPU units" for one in (new, now)]
    says = f"Give each task {' instead of '.join(sizes)}: a new revision of its task definition."
    limit = due.limit * new.memory_mib / now.memory_mib
    return Remedy(says + unpriced(due.resource), limit, cost=larger_tasks(due, now, new))
