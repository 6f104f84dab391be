"""Lifecycle rules: one is added or all are restored, and nobody's rule is ever lost.

moto does not keep TransitionDefaultMinimumObjectSize; its answers are altered here to show it.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from include.aws.act import action
from include.core.errors import ActionRefused
from tests.aws.act.estate import EXPIRE, bucket
from tests.aws.act.running import Aws, Run

ADD, RESTORE = "s3.put_lifecycle", "s3.restore_lifecycle"
WEEK = {"abort_multipart_days": 7}
OURS = {
    "ID": "watchkeeper-abort-multipart",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
}
ARCHIVE = {
    "ID": "archive",
    "Status": "Disabled",
    "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}},
    "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}],
    "NoncurrentVersionExpiration": {"NoncurrentDays": 5},
}
FIRST_VERSION = {"ID": "v1", "Status": "Enabled", "Prefix": "x/", "Expiration": {"Days": 9}}


def rules(aws: Aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws("s3").get_bucket_lifecycle_configuration(Bucket="files")["Rules"]
    return found


def by_id(rule: dict[str, Any]) -> str:
    return str(rule["ID"])


def test_every_rule_that_was_there_stays(aws: Aws, run: Callable[..., Run]):
    it = run(ADD, bucket(aws, EXPIRE, ARCHIVE), WEEK)
    kept = rules(aws)
    it.act(it.read())
    now = rules(aws)
    assert OURS in now
    assert sorted((rule for rule in now if rule != OURS), key=by_id) == sorted(kept, key=by_id)


def test_a_rule_added_by_others_meanwhile_stops_the_write(aws: Aws, run: Callable[..., Run]):
    name = bucket(aws, EXPIRE)
    it = run(ADD, name, WEEK)
    before = it.read()
    aws("s3").put_bucket_lifecycle_configuration(
        Bucket=name, LifecycleConfiguration={"Rules": [EXPIRE, ARCHIVE]}
    )
    with pytest.raises(ActionRefused, match="changed meanwhile"):
        it.act(before)
    assert it.writes() == []
    assert {rule["ID"] for rule in rules(aws)} == {"old", "archive"}


def test_the_order_of_rules_is_no_change(aws: Aws, run: Callable[..., Run]):
    it = run(ADD, bucket(aws, EXPIRE, ARCHIVE), WEEK)
    before = it.read()
    it.shows("GetBucketLifecycleConfiguration", lambda answer: answer["Rules"].reverse())
    assert it.read() == before


def test_dates_are_utc_text(aws: Aws, run: Callable[..., Run]):
    (rule,) = json.loads(run(ADD, bucket(aws, EXPIRE), WEEK).read()["rules"])
    assert rule["Expiration"] == {"Date": "2030-01-01T00:00:00+00:00"}


def test_beside_first_version_rules_ours_is_one_too():
    before = {"rules": json.dumps([FIRST_VERSION]), "transition_minimum_size": None}
    after = json.loads(action(ADD).after(before, WEEK)["rules"])
    ours = next(rule for rule in after if rule["ID"] == OURS["ID"])
    assert ours == {key: value for key, value in OURS.items() if key != "Filter"} | {"Prefix": ""}


def test_the_buckets_own_minimum_size_is_kept(aws: Aws, run: Callable[..., Run]):
    it = run(ADD, bucket(aws, EXPIRE), WEEK)
    it.shows(
        "GetBucketLifecycleConfiguration",
        lambda answer: answer.update(TransitionDefaultMinimumObjectSize="varies_by_storage_class"),
    )
    sent: list[dict[str, Any]] = []
    it.client.meta.events.register(
        "before-parameter-build.s3.PutBucketLifecycleConfiguration",
        lambda params, **_: sent.append(dict(params)),
    )
    it.act(it.read())
    assert sent[0]["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"


def test_the_default_minimum_size_is_no_difference(aws: Aws, run: Callable[..., Run]):
    it = run(ADD, bucket(aws, EXPIRE), WEEK)
    before = it.read()
    it.shows(
        "GetBucketLifecycleConfiguration",
        lambda answer: answer.update(TransitionDefaultMinimumObjectSize="all_storage_classes_128K"),
    )
    assert it.read() == before


def test_restoring_no_rules_removes_the_configuration(aws: Aws, run: Callable[..., Run]):
    it = run(RESTORE, bucket(aws, EXPIRE), {"rules": "[]"})
    it.act(it.read())
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        rules(aws)


def test_a_denied_read_is_never_taken_for_no_rules(aws: Aws, run: Callable[..., Run]):
    it = run(ADD, bucket(aws), WEEK)
    it.answers("GetBucketLifecycleConfiguration", "AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        it.read()


def test_a_rule_of_a_kind_json_cannot_hold_is_named():
    from include.aws.act.s3 import _lifecycle

    with pytest.raises(TypeError, match="a lifecycle rule holds"):
        _lifecycle.as_text([{"ID": object()}])
