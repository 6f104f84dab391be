"""`cost.yaml`: how finely telemetry is read, and overrides that each check judges itself."""

import pytest

from include.core.errors import PolicyError
from include.policies.cost import cost_policy


def test_an_empty_file_means_every_default(policy):
    policy("cost.yaml", "")
    assert (cost_policy().telemetry.period_seconds, cost_policy().checks) == (3600, {})


def test_overrides_are_handed_on_as_they_are(policy):
    policy("cost.yaml", "checks:\n  ec2_idle: {cpu_percent: 5, since: 2026-01-01}\n")
    assert cost_policy().checks == {"ec2_idle": {"cpu_percent": 5, "since": "2026-01-01"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "telemetry: {period_seconds: 0}",
            "1: telemetry.period_seconds: expected greater than or equal to 60",
        ),
        ("telemetry:\n  period_seconds: 90\n", "2: telemetry.period_seconds: expected a multiple of 60"),
        ("checks:\n  ec2_idle: off\n", "2: checks.ec2_idle: expected a valid dictionary, got False"),
        ("check: {}\n", "1: check: expected no such field"),
    ],
)
def test_a_mistake_names_the_line_the_field_and_what_was_expected(policy, text, said):
    path = policy("cost.yaml", text)
    with pytest.raises(PolicyError, match=f"^{path}:{said}"):
        cost_policy()
