"""`capacity.yaml`: what is followed, and a mistake is named where it is."""

import pytest

from include.core.errors import PolicyError
from include.policies.capacity import OWN, capacity_policy

CPU = """\
series:
  cpu:
    title: CPU
    dataset: ec2_instances
    namespace: AWS/EC2
    metrics: [CPUUtilization]
    statistic: Maximum
    dimensions: {InstanceId: resource_id}
    unit: percent
    source: this test
"""
LIMITED = CPU + "    limit: [{constant: 100}]\n    threshold: 0.8\n"


def test_a_folder_without_the_file_means_our_own_table(policy):
    path = policy("cost.yaml", "")
    assert not (path.parent / "capacity.yaml").exists()
    assert capacity_policy().series.keys() >= {"ec2_cpu", "rds_storage", "quota"}


def test_a_file_is_the_whole_table(policy):
    policy("capacity.yaml", LIMITED)
    assert list(capacity_policy().series) == ["cpu"]


def test_an_empty_file_follows_nothing(policy):
    policy("capacity.yaml", "")
    assert (capacity_policy().series, capacity_policy().history_days) == ({}, 92)


def test_a_kind_can_be_switched_off(policy):
    policy("capacity.yaml", LIMITED + "    enabled: false\n")
    assert capacity_policy().enabled() == {}


@pytest.mark.parametrize("name", capacity_policy().series)
def test_every_kind_of_ours_names_its_source(name):
    kind = capacity_policy().series[name]
    assert kind.source
    assert (kind.threshold is None) == (kind.limit == ())
    assert kind.source.startswith(("alarms", "co", "docs", "ours", "limit"))


def test_our_table_is_in_the_repository():
    assert (OWN / "capacity.yaml").is_file()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("history_days: 7\n", "1: history_days: expected greater than or equal to 14"),
        (LIMITED + "    treshold: 1\n", "13: series.cpu.treshold: expected no such field; is it misspelt?"),
        (LIMITED.replace("0.8", "80"), "12: series.cpu.threshold: expected less than or equal to 1"),
        (LIMITED.replace("Maximum", "p99"), "7: series.cpu.statistic: expected 'Average', 'Maximum'"),
        (
            CPU + "    threshold: 0.8\n",
            "2: series.cpu: expected a threshold beside a limit, and none without",
        ),
        (CPU + "    limit: [{constant: 100}]\n", "2: series.cpu: expected a threshold beside a limit"),
        (
            LIMITED.replace("constant: 100", "constant: 100, column: iops"),
            "11: series.cpu.limit.0: expected exactly one of constant, column and metrics",
        ),
        (LIMITED.replace("constant: 100", "times: 2"), "11: series.cpu.limit.0: expected exactly one of"),
        (
            LIMITED.replace("constant: 100", "constant: 1, dataset: amis"),
            "11: series.cpu.limit.0: expected dataset, match and where beside a column only",
        ),
        (
            LIMITED.replace("constant: 100", "column: iops, match: {a: b}"),
            "11: series.cpu.limit.0: expected match and where beside a dataset only",
        ),
        (
            LIMITED.replace("{constant: 100}", "{constant: 100}, {metrics: [A]}"),
            "2: series.cpu: expected metrics as the only limit",
        ),
        (
            LIMITED + "    dimensions_from: tags\n",
            "2: series.cpu: expected dimensions or dimensions_from, not both",
        ),
        (
            LIMITED + "    free_of: {metrics: [A]}\n",
            "2: series.cpu: expected free_of as a constant or a column",
        ),
    ],
)
def test_a_mistake_names_the_line_the_field_and_what_was_expected(policy, text, said):
    path = policy("capacity.yaml", text)
    with pytest.raises(PolicyError) as raised:
        capacity_policy()
    assert str(raised.value).startswith(f"{path}:{said}")
