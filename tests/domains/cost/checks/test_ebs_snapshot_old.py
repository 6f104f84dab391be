import pytest

from tests.domains.cost.world import days_ago, estate, judged, resource

PRICES = {"ebs:snapshot:gib-month": 0.05, "ebs:snapshot-archive:gib-month": 0.0125}
VOLUME = [resource("vol-1", volume_type="gp3")]
NEWER = resource("snap-2", state="completed", volume_id="vol-1", size_gib=100, started_at=days_ago(1))

FOUND = {
    "state": "completed", "volume_id": "vol-1", "size_gib": 100, "storage_tier": "standard",
    "started_at": days_ago(90),
}  # fmt: skip


def verdict(others=(NEWER,), volumes=VOLUME, amis=(), templates=(), priced=PRICES, **overrides):
    """By default an old snapshot of a volume that has a newer one."""
    world = estate(
        priced=priced,
        ebs_snapshots=[resource(**(FOUND | overrides)), *others],
        ebs_volumes=volumes,
        amis=amis,
        launch_templates=templates,
    )
    return judged("ebs_snapshot_old", world).get("r-1")


@pytest.mark.parametrize(
    ("case", "status"),
    [
        pytest.param({"started_at": days_ago(91)}, "FAIL", id="older than the threshold"),
        pytest.param({}, "FAIL", id="exactly at the threshold"),
        pytest.param({"started_at": days_ago(89.9)}, "PASS", id="younger"),
        pytest.param({"others": ()}, "PASS", id="the only copy of a volume in use"),
        pytest.param({"volumes": ()}, "FAIL", id="its volume is gone"),
        pytest.param({"amis": [resource("ami", snapshot_ids=["r-0", "r-1"])]}, "PASS", id="an image uses it"),
        pytest.param({"templates": [resource("lt", snapshot_ids=["r-1"])]}, "PASS", id="a template uses it"),
        pytest.param({"amis": [resource("ami", snapshot_ids=[])]}, "FAIL", id="an image without disks"),
        pytest.param({"amis": [resource("ami", region="us-east-1", snapshot_ids=["r-1"])]}, "FAIL",
                     id="an image of another region"),
        pytest.param({"managed_by": "aws_backup"}, "NOT_APPLICABLE", id="AWS Backup keeps it"),
        pytest.param({"managed_by": "dlm"}, "NOT_APPLICABLE", id="Data Lifecycle Manager keeps it"),
        pytest.param({"started_at": None}, "UNKNOWN", id="age unknown"),
        pytest.param({"volume_id": None}, "UNKNOWN", id="volume unknown"),
        pytest.param({"size_gib": None}, "UNKNOWN", id="size unknown"),
        pytest.param({"state": None}, "UNKNOWN", id="state unknown"),
    ],
)  # fmt: skip
def test_only_old_snapshots_that_nothing_needs_are_found(case, status):
    assert verdict(**case)["status"] == status


@pytest.mark.parametrize("state", ["pending", "error"])
def test_an_unfinished_snapshot_is_not_judged(state):
    assert verdict(state=state) is None


def test_the_last_copy_of_a_lost_volume_is_called_that():
    found = verdict(volumes=(), others=())
    assert found["evidence"]["last_copy"]
    assert "LAST COPY" in found["reason"]
    assert not verdict()["evidence"]["last_copy"]


def test_copies_have_no_volume_in_common():
    copy = resource(
        "snap-3", state="completed", volume_id="vol-ffffffff", size_gib=1, started_at=days_ago(100)
    )
    found = verdict(volume_id="vol-ffffffff", others=(copy,))
    assert "source volume AWS does not name" in found["reason"]


@pytest.mark.parametrize(("tier", "saving"), [("standard", 5.0), (None, 5.0), ("archive", 1.25)])
def test_the_saving_is_an_upper_bound_and_says_so(tier, saving):
    found = verdict(storage_tier=tier)
    assert found["saving_usd_month"] == saving
    assert found["evidence"]["saving_is"] == "upper bound"
    assert "At most 100 GiB" in found["reason"]
    assert found["action"] == "ec2.delete_snapshot"


def test_without_a_price_the_saving_is_unknown():
    assert verdict(priced={})["saving_usd_month"] is None
