"""What holds for all collectors, whichever are added."""

import re

import polars as pl
import pytest

from include.aws.collect._collector import collector, collectors
from include.core.datasets import names, schema
from tests.aws.collect.estate import seed

READS = re.compile(r"[a-z0-9]+:(Describe|List|Get)[A-Za-z]+")


def read(dataset, aws, ids=None, turn=lambda client: client):
    one = collectors()[dataset]
    also = {keyword: turn(aws(service)) for keyword, service in one.also.items()}
    return one(turn(aws(one.client)), ids, **also)


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


@pytest.mark.parametrize("dataset", names())
def test_an_empty_region_keeps_the_schema(dataset, aws):
    frame = read(dataset, aws)
    assert (frame.schema, frame.height) == (schema(dataset), 0)


@pytest.mark.parametrize("dataset", names())
def test_everything_seeded_is_read_and_nothing_else(dataset, aws):
    seeded = seed(aws)[dataset]
    frame = read(dataset, aws)
    assert frame.schema == schema(dataset)
    assert sorted(frame["resource_id"]) == sorted(seeded)
    assert set(frame["region"]) == {"eu-west-1"}


@pytest.mark.parametrize("dataset", names())
def test_every_page_is_read(dataset, aws, one_per_page):
    seeded = seed(aws)[dataset]
    assert len(seeded) > 1
    assert sorted(read(dataset, aws, turn=one_per_page)["resource_id"]) == sorted(seeded)


@pytest.mark.parametrize("dataset", names())
def test_ids_restrict_and_vanished_ids_give_no_row(dataset, aws):
    wanted = seed(aws)[dataset][0]
    assert read(dataset, aws, [wanted, "gone-0123456789"])["resource_id"].to_list() == [wanted]


@pytest.mark.parametrize("dataset", names())
def test_no_ids_is_not_all_ids(dataset, aws):
    seed(aws)
    assert read(dataset, aws, []).height == 0


@pytest.mark.parametrize("dataset", names())
def test_each_reads_names_and_environments(dataset, aws):
    seed(aws)
    tagged = read(dataset, aws).filter(pl.col("environment") == "test")
    assert tagged.height > 0
    assert {"key": "env", "value": "test"} in tagged["tags"][0].to_list()
