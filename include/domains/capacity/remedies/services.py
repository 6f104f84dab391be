"""ECS services: more tasks, or a higher maximum of their auto scaling."""

from include.domains.capacity.remedies._remedy import Due, Remedy, up

KINDS = ("ecs_cpu", "ecs_memory", "ecs_tasks")
DIMENSION = "ecs:service:DesiredCount"


def remedy(due: Due) -> Remedy:
    """Tasks share CPU, and not memory: that is the task definition's."""
    service = due.resource
    if due.kind == "ecs_memory":
        return Remedy(
            f"Give each task {due.factor:.2f} times its memory: a new revision of its task definition."
        )
    if service["scheduling"] == "DAEMON":
        return Remedy(f"It runs one task per host: give each {due.factor:.2f} times its CPU.")
    now = int(service["desired_count"] or 0)
    target = due.other("scaling_targets", f"service/{service['resource_id']}/{DIMENSION}")
    wanted = up(due.need) if due.kind == "ecs_tasks" else max(up(now * due.factor), now + 1)
    limit = float(wanted) if due.kind == "ecs_tasks" else due.limit * wanted / max(now, 1)
    if target is None:
        return Remedy(
            f"Run {wanted} tasks instead of {now}.", limit, "ecs.set_desired_count", {"desired_count": wanted}
        )
    most = max(wanted, int(target["max_capacity"]))
    least = int(target["min_capacity"]) if due.kind == "ecs_tasks" else wanted
    return Remedy(
        f"Let its auto scaling run {least} to {most} tasks.",
        limit,
        "applicationautoscaling.set_scaling_target",
        {"namespace": "ecs", "dimension": DIMENSION, "min_capacity": least, "max_capacity": most},
        None,
        ("scaling_targets", target["resource_id"]),
    )
