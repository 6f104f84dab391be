"""The documented IAM policies are what the code needs: no more, no less."""

import json
import re

import pytest

from include.aws import act
from include.aws.collect._collector import collectors
from include.stack import iam

READS = re.compile(r"^[a-z0-9-]+:(Describe|List|Get)[A-Za-z]+$")


def actions(policy):
    (statement,) = policy["Statement"]
    return statement["Action"]


@pytest.mark.parametrize(
    ("file", "policy"),
    [
        (iam.READ, iam.read_policy()),
        (iam.CHANGE, iam.change_policy()),
        (iam.TRUST, iam.trust_policy()),
        (iam.CONNECTION, iam.connection_policy()),
        (iam.JOURNAL, iam.journal_policy()),
    ],
)
def test_the_documented_policy_is_the_codes(root, file, policy):
    documented = json.loads((root / "docs" / "iam" / file).read_text())
    assert documented == policy, "run: python -m include.stack.iam docs/iam"


def test_the_read_role_can_change_nothing():
    assert [name for name in actions(iam.read_policy()) if not READS.match(name)] == []


def test_every_collector_may_do_what_it_does():
    allowed = set(actions(iam.read_policy()))
    assert {name for one in collectors().values() for name in one.permissions} <= allowed


@pytest.mark.parametrize("id", act.ids())
def test_every_action_may_be_planned_and_carried_out(id):
    doing = act.action(id)
    assert set(doing.READ_PERMISSIONS) <= set(actions(iam.read_policy()))
    assert {*doing.READ_PERMISSIONS, *doing.PERMISSIONS} <= set(actions(iam.change_policy()))


def test_the_role_that_publishes_heads_can_neither_delete_nor_shorten_what_it_put_there():
    assert actions(iam.journal_policy()) == ["s3:ListBucketVersions", "s3:PutObject", "s3:PutObjectRetention"]
    assert not {"s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"} & {
        name for policy in (iam.read_policy(), iam.change_policy()) for name in actions(policy)
    }


def test_no_wildcard_is_granted():
    assert [
        name for policy in (iam.read_policy(), iam.change_policy()) for name in actions(policy) if "*" in name
    ] == []


def test_a_role_is_assumed_only_with_the_external_id():
    (statement,) = iam.trust_policy()["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "EXTERNAL_ID"}}
    assert statement["Principal"]["AWS"].startswith("arn:aws:iam::")
