"""S3 buckets, log groups, and the functions that fill them."""

from collections.abc import Mapping
from typing import Any

from include.simulation.estate.ec2 import DEV, PROD
from include.simulation.load import Load
from include.simulation.manifest import DEV_EU, DEV_US, PROD_EU, PROD_US, Place, Resource, fail


def abort(days: int, *, status: str = "Enabled", prefix: str = "") -> dict[str, Any]:
    return {
        "ID": f"abort-multipart-{days}d",
        "Status": status,
        "Filter": {"Prefix": prefix},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }


ARCHIVE = {
    "ID": "archive",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
}
NO_ABORT = fail("s3_no_multipart_abort")
FOR_EVER = fail("log_group_no_retention")


def bucket(
    name: str, place: Place, *rules: Mapping[str, Any], uploads: tuple[float, ...] = (), **more: Any
) -> Resource:
    spec = {"rules": rules, "uploads": uploads}
    return Resource(f"watchshop-{name}", "s3_buckets", place, spec, **{"tags": PROD, **more})


def logs(name: str, place: Place, gib: float, retention: int | None = None, **more: Any) -> Resource:
    spec = {"gib": gib} | ({"retention_days": retention} if retention else {})
    return Resource(name, "log_groups", place, spec, **{"tags": PROD, **more})


RESOURCES = [
    bucket("assets", PROD_EU, abort(7)),
    bucket("invoices", PROD_EU, ARCHIVE, abort(7),
           resembles={"s3_no_multipart_abort": "aborts after seven days, beside its archive rule"}),
    bucket("exports-us", PROD_US, abort(3)),
    bucket("ci-artifacts", DEV_EU, abort(1), tags=DEV),
    bucket("uploads", PROD_EU, ARCHIVE, uploads=(38, 41, 12), verdicts=NO_ABORT),
    bucket("db-dumps", PROD_US, uploads=(120, 95), verdicts=NO_ABORT),
    bucket("ml-datasets", DEV_EU, abort(7, status="Disabled"), uploads=(60,), tags=DEV, verdicts=NO_ABORT),
    bucket("scratch", DEV_US, abort(7, prefix="tmp/"), uploads=(4,), tags=DEV, verdicts=NO_ABORT),
    logs("/shop/web/access", PROD_EU, 180, 90, resembles={"log_group_no_retention": "kept for 90 days"}),
    logs("/shop/orders/audit", PROD_EU, 60, 3_653),
    logs("/shop/web-us/access", PROD_US, 70, 90),
    logs("/ci/builds", DEV_EU, 25, 30, tags=DEV),
    logs("/shop/payments", PROD_EU, 320, verdicts=FOR_EVER, age_days=1_100),
    logs("/aws/lambda/thumbnail", PROD_EU, 45, verdicts=FOR_EVER, age_days=800),
    logs("/aws/lambda/geo-sync", PROD_US, 12, verdicts=FOR_EVER, age_days=650, tags={}),
    logs("/poc/vector-db", DEV_EU, 8, verdicts=FOR_EVER, age_days=420, tags=DEV),
    logs("/loadtest/driver", DEV_US, 90, verdicts=FOR_EVER, age_days=500, tags=DEV),
    Resource("thumbnail", "lambda_functions", PROD_EU, {"memory": 1_024}, PROD,
             telemetry={"ConcurrentExecutions": Load(14, 40, once=(20, 860))},
             steady={"lambda_function": "hundreds at once were needed in a single hour, three weeks ago"}),
    Resource("geo-sync", "lambda_functions", PROD_US, {"memory": 256}, PROD),
    Resource("ci-notify", "lambda_functions", DEV_EU, {"memory": 128}, DEV),
]  # fmt: skip
