from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from include.aws.collect._rows import common, environment, owner, utc

CLIENT = SimpleNamespace(meta=SimpleNamespace(region_name="eu-west-1"))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        pytest.param({"environment": "production"}, "production", id="plain"),
        pytest.param({"Env": " Production "}, "production", id="case and space do not matter"),
        pytest.param({"STAGE": "dev"}, "dev", id="stage"),
        pytest.param({"env": "dev", "Environment": "prod"}, "prod", id="the longer word wins"),
        pytest.param({"environment": "", "env": "dev"}, "dev", id="an empty tag says nothing"),
        pytest.param({"team": "shop"}, None, id="not tagged"),
    ],
)
def test_the_environment_comes_from_the_usual_tags(tags, expected):
    assert environment(tags) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("aws:autoscaling:groupName", "autoscaling"),
        ("kubernetes.io/cluster/shop", "eks"),
        ("aws:eks:cluster-name", "eks"),
        ("karpenter.sh/nodepool", "eks"),
        ("aws:ecs:clusterName", "ecs"),
        ("aws:backup:source-resource", "aws_backup"),
        ("aws:dlm:lifecycle-policy-id", "dlm"),
        ("aws:cloudformation:stack-name", "cloudformation"),
        ("backup", None),
        ("my:autoscaling:groupName", None),
    ],
)
def test_services_mark_what_is_theirs(key, expected):
    assert owner({key: "x"}) == expected


def test_a_node_of_a_cluster_belongs_to_the_cluster_before_its_auto_scaling_group():
    assert owner({"aws:autoscaling:groupName": "nodes", "eks:cluster-name": "shop"}) == "eks"


def test_the_name_tag_outranks_what_aws_calls_it():
    tagged = common(CLIENT, "ami-1", [{"Key": "Name", "Value": "web"}], name="build-7")
    assert (tagged["name"], common(CLIENT, "ami-1", [], name="build-7")["name"]) == ("web", "build-7")


def test_tags_that_were_not_read_are_null_not_empty():
    assert common(CLIENT, "t", None)["tags"] is None
    assert common(CLIENT, "t", [])["tags"] == []


def test_a_tag_may_lack_its_value():
    assert common(CLIENT, "t", [{"Key": "keep"}])["tags"] == [{"key": "keep", "value": ""}]


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON.astimezone(timezone(timedelta(hours=5))),
        "2026-11-22T12:00:00.000Z",
        "2026-11-22T12:00:00.000+0000",
        "2026-11-22T12:00:00",
        1_795_348_800_000,
    ],
    ids=str,
)
def test_every_spelling_of_a_moment_is_utc(value):
    assert utc(value) == NOON
    assert utc(value).tzinfo is UTC


def test_no_moment_stays_none():
    assert utc(None) is None
