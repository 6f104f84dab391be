"""Every change the sweep proposes for the simulated estate can be made there, and then is made."""

import json

import polars as pl

from include.aws.act import action
from include.core.errors import ActionRefused
from include.simulation.manifest import Place

TOKEN = "exe-000000000001"


def test_every_proposed_change_works_and_is_seen_to(findings, scratch, client):
    """Both servers have the same ids. Of two changes to one resource only the dearer one is made."""
    done, refused = [], []
    for row in proposed(findings).iter_rows(named=True):
        one, params = action(row["action"]), json.loads(row["params"])
        aws = client(scratch, Place(row["account_id"], row["region"]), one.service(params))
        before = one.read(aws, row["resource_id"], params)
        assert before is not None, row["name"]
        try:
            after = one.after(before, params)
        except ActionRefused as why:
            refused.append((row["name"], str(why)))
            continue
        one.act(aws, row["resource_id"], params, before=before, token=TOKEN)
        assert one.read(aws, row["resource_id"], params) == after, row["name"]
        done.append(row["action"])
    assert refused == []
    assert set(done) == ACTIONS


ACTIONS = {
    "dynamodb.set_billing_mode",
    "ec2.delete_nat_gateway",
    "ec2.delete_snapshot",
    "ec2.modify_instance_type",
    "ec2.modify_volume",
    "ec2.release_address",
    "ec2.snapshot_delete_volume",
    "ec2.stop_instance",
    "elb.delete_load_balancer",
    "logs.put_retention",
    "rds.modify_instance_class",
    "rds.snapshot_stop_instance",
    "s3.put_lifecycle",
}


def proposed(findings: pl.DataFrame) -> pl.DataFrame:
    """One change per resource, in a fixed order."""
    return (
        findings
        .filter(pl.col("action").is_not_null())
        .sort("saving_usd_month", "resource_id", descending=[True, False], nulls_last=True)
        .unique(["account_id", "region", "resource_id"], keep="first", maintain_order=True)
    )
