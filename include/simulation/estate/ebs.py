"""EBS: data disks, leftovers, and snapshots with and without a use."""

from collections.abc import Mapping
from typing import Any

from include.simulation.estate._loads import detached
from include.simulation.estate.ec2 import DEV, PROD
from include.simulation.manifest import DEV_EU, DEV_US, PROD_EU, PROD_US, Place, Resource, fail


def volume(name: str, place: Place, type_: str, gib: int, tags: Mapping[str, str], **more: Any) -> Resource:
    spec = {"type": type_, "gib": gib, **more.pop("spec", {})}
    return Resource(name, "ebs_volumes", place, spec, tags, **more)


def attached(name: str, place: Place, type_: str, gib: int, to: str, **more: Any) -> Resource:
    spec = {"attach": to, **more.pop("spec", {})}
    return volume(name, place, type_, gib, more.pop("tags", PROD), spec=spec, **more)


def snapshot(name: str, place: Place, age_days: float, tags: Mapping[str, str], **more: Any) -> Resource:
    return Resource(name, "ebs_snapshots", place, more.pop("spec"), tags, age_days, **more)


UNATTACHED = fail("ebs_unattached")
OLD_TYPE = fail("ebs_gp2_to_gp3")
OLD = fail("ebs_snapshot_old")

RESOURCES = [
    # Leftovers.
    volume("crm-data-before-migration", PROD_EU, "gp3", 500, PROD, age_days=320, verdicts=UNATTACHED),
    volume(
        "search-index-2022", PROD_EU, "io1", 200, PROD, age_days=700, spec={"iops": 2_000},
        verdicts=UNATTACHED,
    ),
    volume("warehouse-scratch", PROD_US, "st1", 1_000, {}, age_days=95, verdicts=UNATTACHED),
    volume("mysql-test-data", DEV_EU, "gp3", 120, DEV, age_days=61, verdicts=UNATTACHED),
    volume(
        "restore-test", PROD_EU, "gp3", 100, PROD, age_days=6,
        resembles={"ebs_unattached": "made six days ago"},
    ),
    volume("etl-spill", PROD_US, "gp2", 300, PROD, age_days=410, verdicts=UNATTACHED | OLD_TYPE),
    volume(
        "rollback-disk", PROD_EU, "gp3", 250, PROD, age_days=280, telemetry=detached(10),
        resembles={"ebs_unattached": "was in use until ten days ago"},
    ),
    # The old disk type.
    attached("orders-data", PROD_EU, "gp2", 500, "orders-db-proxy", verdicts=OLD_TYPE),
    attached("search-data", PROD_EU, "gp2", 1_500, "shop-search-1", verdicts=OLD_TYPE),
    attached("images-data", PROD_US, "gp2", 100, "image-resizer", verdicts=OLD_TYPE),
    attached("jenkins-home", DEV_EU, "gp2", 200, "jenkins", tags=DEV, verdicts=OLD_TYPE),
    attached("staging-data", DEV_US, "gp2", 50, "staging-web", tags=DEV, verdicts=OLD_TYPE),
    attached(
        "web-data", PROD_EU, "gp3", 200, "shop-web-1", resembles={"ebs_gp2_to_gp3": "is gp3 already"},
    ),
    attached(
        "ledger-data", PROD_US, "io2", 300, "shop-web-us-1", spec={"iops": 8_000},
        resembles={"ebs_gp2_to_gp3": "io2, chosen for its durability"},
    ),
    attached("ci-cache", DEV_EU, "gp3", 300, "ci-runner-1", tags=DEV),
    # Old snapshots, with a newer one of the same disk.
    snapshot("orders-2024-q1", PROD_EU, 460, PROD, spec={"volume": "orders-data"}, verdicts=OLD),
    snapshot("orders-2024-q4", PROD_EU, 170, PROD, spec={"volume": "orders-data"}, verdicts=OLD),
    snapshot(
        "orders-last-week", PROD_EU, 7, PROD, spec={"volume": "orders-data"},
        resembles={"ebs_snapshot_old": "seven days old"},
    ),
    snapshot("images-before-upgrade", PROD_US, 240, {}, spec={"volume": "images-data"}, verdicts=OLD),
    snapshot("images-yesterday", PROD_US, 1, PROD, spec={"volume": "images-data"}),
    snapshot("jenkins-2023", DEV_EU, 800, DEV, spec={"volume": "jenkins-home"}, verdicts=OLD),
    snapshot("jenkins-march", DEV_EU, 95, DEV, spec={"volume": "jenkins-home"}, verdicts=OLD),
    snapshot("jenkins-recent", DEV_EU, 20, DEV, spec={"volume": "jenkins-home"}),
    snapshot("poc-disk-2024", DEV_US, 300, {}, spec={"orphan_gib": 64}, verdicts=OLD),
    # Old, but in use.
    Resource("shop-golden-image", "amis", PROD_EU, {"from_instance": "shop-web-1"}, PROD, 380),
    snapshot(
        "shop-golden-disk", PROD_EU, 380, PROD, spec={"made_by_ami": "shop-golden-image"},
        resembles={"ebs_snapshot_old": "an image is made of it"},
    ),
    snapshot(
        "search-backup", PROD_EU, 200, {**PROD, "aws:backup:source-resource": "search-data"},
        spec={"volume": "search-data"}, resembles={"ebs_snapshot_old": "AWS Backup keeps and deletes it"},
    ),
    snapshot("search-recent", PROD_EU, 3, PROD, spec={"volume": "search-data"}),
    snapshot(
        "ledger-only-copy", PROD_US, 150, PROD, spec={"volume": "ledger-data"},
        resembles={"ebs_snapshot_old": "the only copy of its disk"},
    ),
    snapshot("cache-seed", DEV_EU, 210, DEV, spec={"volume": "ci-cache"},
             resembles={"ebs_snapshot_old": "a launch template builds disks from it"}),
    snapshot("cache-recent", DEV_EU, 10, DEV, spec={"volume": "ci-cache"}),
    Resource(
        "ci-template", "launch_templates", DEV_EU,
        {"image": "al2023-dev-eu", "type": "c6i.large", "snapshot": "cache-seed"}, DEV,
    ),
]  # fmt: skip
