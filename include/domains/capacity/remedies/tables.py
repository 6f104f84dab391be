"""DynamoDB: let auto scaling go further, or provision more; quotas are asked for."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Due, Remedy, cost, free, up

KINDS = (
    "dynamodb_read",
    "dynamodb_write",
    "dynamodb_read_on_demand",
    "dynamodb_write_on_demand",
    "dynamodb_account_read",
    "dynamodb_account_write",
)


def remedy(due: Due) -> Remedy:
    """The scaling target's maximum where there is one, else the table's own capacity."""
    if due.kind.startswith("dynamodb_account"):
        return _quota(f"{due.factor:.2f} times the account's provisioned throughput quota")
    if due.kind.endswith("on_demand"):
        return _quota(f"a table quota of {up(due.need)} units a second")
    read = due.kind == "dynamodb_read"
    units, table = up(due.need), due.resource["resource_id"]
    dimension = f"dynamodb:table:{'Read' if read else 'Write'}CapacityUnits"
    extra = cost((
        (units - due.limit) * HOURS_PER_MONTH, due.price(f"dynamodb:{'rcu' if read else 'wcu'}:hour"),
    ))  # fmt: skip
    target = due.other("scaling_targets", f"table/{table}/{dimension}")
    if target is not None:
        return Remedy(
            f"Let auto scaling go up to {units} units a second; the price is that of all of them, all month.",
            float(units),
            "applicationautoscaling.set_scaling_target",
            {
                "namespace": "dynamodb",
                "dimension": dimension,
                "min_capacity": int(target["min_capacity"]),
                "max_capacity": units,
            },
            extra,
            acts_on=("scaling_targets", target["resource_id"]),
        )
    says = f"Provision {units} units a second instead of {due.limit:g}."
    capacity = {"read_capacity" if read else "write_capacity": units}
    return Remedy(says, float(units), "dynamodb.set_capacity", capacity, extra)


def _quota(what: str) -> Remedy:
    return Remedy(f"Ask AWS for {what} (Service Quotas); the quota itself is free.", cost=free("a quota"))
