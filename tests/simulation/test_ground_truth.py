"""From AWS to the findings, over the whole simulated estate: all of it is found, and nothing else."""

import polars as pl

from include.simulation.truth import fetch

VERDICT = ["check_id", "account_id", "region", "resource_id", "status"]


def test_the_sweep_finds_all_of_the_truth_and_nothing_else(findings, estate):
    names_of = {(e.check_id, e.account_id, e.region, e.resource_id, e.status): e.name for e in fetch(estate)}
    found = set(findings.select(VERDICT).iter_rows())
    assert {names_of[row] for row in names_of.keys() - found} == set(), "missed"
    assert found - names_of.keys() == set(), "found, but not there"


def test_every_finding_with_a_price_saves_something(findings):
    priced = findings.filter(pl.col("saving_usd_month").is_not_null())
    assert priced.filter(pl.col("saving_usd_month") <= 0).is_empty()
    assert 1_000 < priced["saving_usd_month"].sum() < 6_000
