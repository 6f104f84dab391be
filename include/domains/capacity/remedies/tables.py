"""DynamoDB: let auto scaling go further, or provision more; quotas are asked for."""

from include.domains.capacity.remedies._remedy import HOURS_PER_MONTH, Due, Remedy, cost, up

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
        return Remedy(
            f"Ask AWS for {due.factor:.2f} times the account's provisioned throughput quota (Service Quotas)."
        )
    if due.kind.endswith("on_demand"):
        return Remedy(f"Ask AWS for a table quota of {up(due.need)} units a second (Service Quotas).")
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
