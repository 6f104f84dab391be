"""Series into batches that three words name: every series in exactly one."""

import polars as pl
import pytest

from include.domains.capacity.batches import Batch, split
from include.domains.capacity.catalogue import SATURATION

HERE, THERE = "111111111111/eu-west-1", "222222222222/us-east-1"


def possible(*series):
    rows = [
        {**dict(zip(("account_id", "region"), target.split("/"), strict=True)), "resource_type": dataset,
         "resource_id": name, "series_kind": kind}
        for target, dataset, name, kind in series
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SATURATION)


def databases(target, count, kinds=2):
    return [(target, "rds_instances", f"db-{i:03}", f"kind_{k}") for i in range(count) for k in range(kinds)]


def test_a_batch_is_some_resources_of_one_target_with_all_their_series():
    found = split(possible(*databases(HERE, 5), *databases(THERE, 1)), [HERE, THERE], at_once=4, most=100)
    assert found == [
        Batch(HERE, "db-000", "db-001", 4),
        Batch(HERE, "db-002", "db-003", 4),
        Batch(HERE, "db-004", "db-004", 2),
        Batch(THERE, "db-000", "db-000", 2),
    ]


@pytest.mark.parametrize("at_once", [1, 3, 7, 1000])
def test_every_series_is_in_exactly_one_batch(at_once):
    frame = possible(*databases(HERE, 40), *databases(THERE, 11, kinds=3))
    found = split(frame, [HERE, THERE], at_once=at_once, most=1000)
    place = pl.concat_str("account_id", "region", separator="/")
    held = [
        frame.filter(
            place == one.target, pl.col("resource_id").is_between(pl.lit(one.first), pl.lit(one.last))
        ).height
        for one in found
    ]
    assert held == [one.series for one in found]
    assert sum(held) == frame.height


def test_one_name_in_two_datasets_stays_together():
    frame = possible((HERE, "dynamodb_tables", "orders", "a"), (HERE, "lambda_concurrency", "orders", "b"))
    assert split(frame, [HERE], at_once=1, most=10) == [Batch(HERE, "orders", "orders", 2)]


def test_what_would_be_too_many_batches_are_larger_ones():
    assert len(split(possible(*databases(HERE, 100, kinds=1)), [HERE], at_once=1, most=10)) == 10


def test_a_target_without_series_has_an_empty_batch_and_one_that_was_not_asked_for_has_none():
    assert split(possible(*databases(THERE, 3)), [HERE], at_once=5, most=10) == [Batch(HERE, "", "", 0)]
