"""What holds for all collectors, whichever are added."""

import re

import polars as pl
import pytest

from include.aws.collect._collector import collector, collectors
from include.core.datasets import names, schema
from tests.aws.collect.estate import OF_THE_ACCOUNT, UNTAGGED

READS = re.compile(r"[a-z0-9-]+:(Describe|List|Get)[A-Za-z]+")


def read(dataset, world, ids=None, turn=lambda client: client, region="eu-west-1"):
    one = collectors()[dataset]
    also = {keyword: turn(world.aws(service, region)) for keyword, service in one.also.items()}
    return one(turn(world.aws(one.client, region)), ids, **also)


def test_every_dataset_has_exactly_one_collector():
    assert sorted(collectors()) == sorted(names())


def test_a_second_collector_of_a_dataset_is_refused(monkeypatch):
    from include.aws.collect import network

    monkeypatch.setattr(
        network, "twice", collector("amis", client="ec2", permissions=())(list), raising=False
    )
    collectors.cache_clear()
    with pytest.raises(ValueError, match="'amis' has two collectors"):
        collectors()
    collectors.cache_clear()


@pytest.mark.parametrize("dataset", names())
def test_each_declares_its_permissions_and_they_only_read(dataset):
    permissions = collectors()[dataset].permissions
    assert permissions
    assert [permission for permission in permissions if not READS.fullmatch(permission)] == []


@pytest.mark.parametrize("dataset", names())
def test_each_says_what_it_reads(dataset):
    assert collectors()[dataset].__doc__


@pytest.mark.parametrize("dataset", sorted({*names()} - {*OF_THE_ACCOUNT}))
def test_an_empty_region_keeps_the_schema(dataset, world):
    frame = read(dataset, world, region="eu-central-1")
    assert (frame.schema, frame.height) == (schema(dataset), 0)


@pytest.mark.parametrize("dataset", OF_THE_ACCOUNT)
def test_an_empty_region_has_its_limits_all_the_same(dataset, world):
    frame = read(dataset, world, region="eu-central-1")
    assert frame.schema == schema(dataset)
    assert frame.height == len(world.ids[dataset])


@pytest.mark.parametrize("dataset", names())
def test_everything_seeded_is_read_and_nothing_else(dataset, world):
    seeded = world.ids[dataset]
    frame = read(dataset, world)
    assert frame.schema == schema(dataset)
    assert sorted(frame["resource_id"]) == sorted(seeded)
    assert set(frame["region"]) == {"eu-west-1"}


@pytest.mark.parametrize("dataset", sorted({*names()} - {"dynamodb_limits", "lambda_limits"}))
def test_every_page_is_read(dataset, world, one_per_page):
    seeded = world.ids[dataset]
    assert len(seeded) > 1
    assert sorted(read(dataset, world, turn=one_per_page)["resource_id"]) == sorted(seeded)


@pytest.mark.parametrize("dataset", names())
def test_ids_restrict_and_vanished_ids_give_no_row(dataset, world):
    wanted = world.ids[dataset][0]
    assert read(dataset, world, [wanted, "gone-0123456789"])["resource_id"].to_list() == [wanted]


@pytest.mark.parametrize("dataset", names())
def test_no_ids_is_not_all_ids(dataset, world):
    assert read(dataset, world, []).height == 0


@pytest.mark.parametrize("dataset", sorted({*names()} - {*UNTAGGED}))
def test_each_reads_names_and_environments(dataset, world):
    tagged = read(dataset, world).filter(pl.col("environment") == "test")
    assert tagged.height > 0
    assert {"key": "env", "value": "test"} in tagged["tags"][0].to_list()
