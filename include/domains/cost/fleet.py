"""What belongs to a group that replaces its members."""

from collections.abc import Mapping

import polars as pl

from include.domains.cost.verdicts import CONTROLLERS, Case

Estate = Mapping[str, pl.LazyFrame]


def with_membership(instances: pl.LazyFrame, estate: Estate) -> pl.LazyFrame:
    """`instances` with `in_group`: an Auto Scaling group lists them, or a controller's tag is on them."""
    members = _members(estate).with_columns(listed=pl.lit(value=True))
    return instances.join(
        members, on=["account_id", "region", "resource_id"], how="left", maintain_order="left"
    ).with_columns(
        in_group=pl.col("listed").fill_null(value=False)
        | pl.col("managed_by").is_in(list(CONTROLLERS)).fill_null(value=False)
    )


def not_alone() -> list[Case]:
    """Instances that are not judged by themselves. Needs `with_membership`."""
    return [
        Case(
            pl.col("in_group"), pl.lit("Member of an Auto Scaling group: the group decides, not the member.")
        ),
        Case(
            pl.col("lifecycle") != "on-demand",
            pl.format("Billed as {}, not on demand: list prices do not apply.", pl.col("lifecycle")),
        ),
    ]


def with_owners(volumes: pl.LazyFrame, estate: Estate) -> pl.LazyFrame:
    """`volumes` with `of_group`: attached to an instance that is not judged by itself."""
    instances = with_membership(estate["ec2_instances"], estate)
    owned = instances.filter(pl.col("in_group") | (pl.col("lifecycle") == "spot"))
    attached = (
        volumes
        .select("account_id", "region", "resource_id", instance_id="attached_instance_ids")
        .explode("instance_id", empty_as_null=False, keep_nulls=False)
        .join(
            owned.select("account_id", "region", instance_id="resource_id"),
            on=["account_id", "region", "instance_id"],
            how="semi",
        )
        .select("account_id", "region", "resource_id", of_group=pl.lit(value=True))
        .unique()
    )
    return volumes.join(
        attached, on=["account_id", "region", "resource_id"], how="left", maintain_order="left"
    ).with_columns(pl.col("of_group").fill_null(value=False))


def _members(estate: Estate) -> pl.LazyFrame:
    return (
        estate["autoscaling_groups"]
        .select("account_id", "region", resource_id="instance_ids")
        .explode("resource_id", empty_as_null=False, keep_nulls=False)
        .unique()
    )
