"""`change.yaml`: who decides what. An empty file lets nothing through, and a mistake names its line."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.core.changes import Change, Level, Risk, Step
from include.core.errors import PolicyError
from include.policies.change import ChangePolicy, change_policy

STOP = Step(action="ec2.start_instance", resource_id="i-1")


def change(**different: Any) -> Change:
    usual = {
        "action": "ec2.stop_instance",
        "account_id": "111111111111",
        "region": "eu-west-1",
        "resource_type": "ec2_instances",
        "resource_id": "i-1",
        "environment": "development",
        "before": {"state": "running"},
        "after": {"state": "stopped"},
        "inverse": STOP,
        "check_id": "ec2_idle",
        "reason": "idle",
        "risk": "low",
        "effort": "low",
        "restart_needed": False,
        "destructive": False,
        "permissions": ("ec2:StopInstances",),
    }
    return Change.model_validate({**usual, **different})


def level(policy: ChangePolicy | dict[str, Any], domain: str = "cost", **different: Any) -> Level:
    made = policy if isinstance(policy, ChangePolicy) else ChangePolicy.model_validate(policy)
    return made.level(change(**different), domain)


def rule(level: str, **match: Any) -> dict[str, Any]:
    return {"match": match, "level": level}


changes = st.builds(
    lambda **kw: change(**kw),
    action=st.sampled_from(["ec2.stop_instance", "ec2.modify_volume", "x.y"]),
    environment=st.sampled_from([None, "production", "development"]),
    risk=st.sampled_from(get_args(Risk)),
    destructive=st.booleans(),
    inverse=st.sampled_from([None, STOP]),
)


@given(one=changes, domain=st.sampled_from(["cost", "drift", ""]))
@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "---\n"])
def test_an_empty_file_means_sign_offs_that_nobody_can_give(tmp_path_factory, text, one, domain):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("policies")
        patch.setenv("WATCHKEEPER_POLICIES", str(folder))
        (folder / "change.yaml").write_text(text)
        policy, _ = change_policy()
    assert policy.level(one, domain) == "sign_off"
    assert policy.approver_names() == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([], "sign_off", id="no rule"),
        pytest.param([rule("auto", action="ec2.modify_volume")], "sign_off", id="no rule fits"),
        pytest.param([rule("forbid"), rule("auto")], "forbid", id="the first that fits wins"),
        pytest.param([rule("auto"), rule("forbid")], "auto", id="also when it is the laxer"),
        pytest.param(
            [rule("auto", environment=["production"]), rule("two_person")],
            "two_person",
            id="the first does not fit",
        ),
        pytest.param([rule("auto", domain="cost", risk=["low"])], "auto", id="all named conditions hold"),
        pytest.param(
            [rule("auto", domain="cost", risk=["high"])], "sign_off", id="one named condition fails"
        ),
        pytest.param([rule("auto", domain="drift")], "sign_off", id="another domain"),
        pytest.param([rule("forbid", environment=["development"])], "forbid", id="by environment"),
    ],
)
def test_the_first_rule_that_fits_wins(rules, expected):
    assert level({"rules": rules}) == expected


def test_an_untagged_resource_is_in_no_environment():
    assert level({"rules": [rule("forbid", environment=["production"])]}, environment=None) == "sign_off"


@pytest.mark.parametrize(
    "careful",
    [{"destructive": True}, {"inverse": None}, {"destructive": True, "inverse": None}],
    ids=["destructive", "irreversible", "both"],
)
@pytest.mark.parametrize(
    ("match", "expected"),
    [
        pytest.param({}, "sign_off", id="by a rule for everything"),
        pytest.param(
            {"domain": "cost", "environment": ["development"]}, "sign_off", id="by any other condition"
        ),
        pytest.param({"action": "ec2.stop_instance"}, "auto", id="by its own name"),
    ],
)
def test_what_cannot_be_undone_is_automatic_only_by_its_own_name(careful, match, expected):
    assert level({"rules": [rule("auto", **match)]}, **careful) == expected


@given(one=changes, levels=st.lists(st.sampled_from(get_args(Level)), max_size=4))
def test_nothing_that_cannot_be_undone_is_automatic_unless_its_action_is_named(one, levels):
    policy = ChangePolicy.model_validate({"rules": [rule(each) for each in levels]})
    decided = policy.level(one, "cost")
    if one.destructive or one.inverse is None:
        assert decided != "auto"
    assert decided == (levels[0] if levels and decided != "sign_off" else decided)


@given(
    one=changes,
    rules=st.permutations([("auto", ["production"]), ("forbid", ["development"]), ("two_person", None)]),
)
def test_a_rule_behind_the_one_that_fits_changes_nothing(one, rules):
    made = [rule(each, environment=names) for each, names in rules]
    fits = [names is None or one.environment in names for _, names in rules]
    first = made[: fits.index(True) + 1]
    assert level({"rules": made}, **_parts(one)) == level({"rules": first}, **_parts(one))


def _parts(one: Change) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("action", "environment", "risk", "destructive", "inverse")}


def test_approvers_are_listed_once_each_in_the_files_order(policy):
    policy("change.yaml", "approvers: {a: [zoe, ann], b: [ann, ben], c: [eve]}\nsign_off: {groups: [b, a]}\n")
    assert change_policy()[0].approver_names() == ["ann", "ben", "zoe"]


def test_the_version_is_the_content(policy):
    policy("change.yaml", "waves: {batch: 5}\n")
    first = change_policy()[1]
    assert change_policy()[1] == first
    policy("change.yaml", "waves: {batch: 6}\n")
    assert change_policy()[1] != first


PEOPLE = "approvers: {finops: [ann, ben]}\n"
MISTAKES = [
    ("an unknown field", "waves:\n  canary: 1\n  batches: 5\n", "3: waves.batches: expected no such field"),
    (
        "not positive",
        "limits:\n\n  run: {max_changes: 0}\n",
        "3: limits.run.max_changes: expected greater than 0, got 0",
    ),
    (
        "no number",
        "limits: {run: {max_changes: many}}",
        "1: limits.run.max_changes: expected a valid integer.* got 'many'",
    ),
    ("not finite", "waves:\n  pause_seconds: .inf\n", "2: waves.pause_seconds: expected a finite number"),
    ("not a number", "limits:\n  day: {max_fleet_percent: .nan}\n", "2: limits.day.max_fleet_percent: exp"),
    ("over a hundred", "limits: {run: {max_fleet_percent: 101}}", "1: limits.run.max_fleet_percent: .*100"),
    ("neither cut nor refuse", "limits:\n  over: shrink\n", "2: limits.over: expected 'cut' or 'refuse'"),
    (
        "a blackout that ends before it begins",
        "blackouts:\n- {first: 2026-12-24, last: 2026-12-20, reason: rest}\n",
        "2: blackouts.0.last: expected 2026-12-24 or later, got 2026-12-20",
    ),
    (
        "a day there is not",
        "blackouts:\n- {first: 2026-13-01, last: 2026-12-20, reason: rest}\n",
        "2: blackouts.0.first: expected .*date",
    ),
    (
        "a blackout without a reason",
        "blackouts:\n- {first: 2026-12-01, last: 2026-12-20, reason: ' '}\n",
        "2: blackouts.0.reason: .*at least 1 character",
    ),
    (
        "an exemption from everything",
        "exemptions:\n- match: {}\n  owner: a\n  reason: b\n  ticket: c\n  approver: ann\n",
        "2: exemptions.0.match: expected a condition",
    ),
    (
        "an exemption without a reason",
        "exemptions:\n- {match: {check: x}, owner: a, reason: ' ', ticket: c, approver: ann}\n",
        "2: exemptions.0.reason: .*at least 1 character",
    ),
    (
        "an exemption nobody approved",
        "exemptions:\n- {match: {check: x}, owner: a, reason: b, ticket: c}\n",
        "2: exemptions.0.approver: expected a value, it is missing",
    ),
    (
        "an exemption whose last day there is not",
        "exemptions:\n- {match: {check: x}, owner: a, reason: b, ticket: c, approver: ann, expires: soon}\n",
        "2: exemptions.0.expires: .*got 'soon'",
    ),
    (
        "an exemption of an account there cannot be",
        "exemptions:\n- {match: {account: '12'}, owner: a, reason: b, ticket: c, approver: ann}\n",
        "2: exemptions.0.match.account: .*got '12'",
    ),
    (
        "money below nothing",
        "rules:\n- match: {min_usd_month: -1}\n  level: auto",
        "2: rules.0.match.min_usd_month",
    ),
    (
        "an unknown level",
        "rules:\n- match: {}\n  level: auto\n- match: {}\n  level: automatic\n",
        "5: rules.1.level: expected 'auto', 'sign_off', 'two_person' or 'forbid', got 'automatic'",
    ),
    ("no level", "rules:\n- match: {}\n", "2: rules.0.level: expected a value, it is missing"),
    (
        "an unknown risk",
        "rules:\n- {match: {risk: [tiny]}, level: auto}\n",
        "2: rules.0.match.risk.0: expected",
    ),
    (
        "an environment nobody has",
        "rules:\n- match:\n    environment: [Production]\n  level: forbid\n",
        "3: rules.0.match.environment.0: .*got 'Production'",
    ),
    (
        "no environment",
        "rules:\n- match: {environment: []}\n  level: auto\n",
        "2: rules.0.match.environment: ",
    ),
    (
        "no action",
        "rules:\n- match: {action: stop}\n  level: auto\n",
        "2: rules.0.match.action: .*got 'stop'",
    ),
    (
        "a zone",
        f'{PEOPLE}windows:\n- cron: "0 6 * * *"\n  hours: 4\n  timezone: Mars/Olympus\n',
        "5: windows.0.timezone: expected an IANA time zone such as Europe/Berlin, got 'Mars/Olympus'",
    ),
    (
        "a zone outside",
        'windows:\n- {cron: "0 6 * * *", hours: 4, timezone: ../../etc/passwd}\n',
        "2: windows.0.timezone: expected an IANA time zone",
    ),
    (
        "a folder of zones",
        'windows:\n- {cron: "0 6 * * *", hours: 4, timezone: Europe}\n',
        "2: windows.0.timezone: expected an IANA time zone",
    ),
    (
        "cron fields",
        'windows:\n- cron: "0 6 * *"\n  hours: 4\n',
        "2: windows.0.cron: expected five cron fields",
    ),
    (
        "cron seconds",
        'windows:\n- cron: "0 6 * * * *"\n  hours: 4\n',
        "2: windows.0.cron: expected five cron fields",
    ),
    ("never", 'windows:\n- cron: "0 6 31 2 *"\n  hours: 4\n', "2: windows.0.cron: expected five cron fields"),
    (
        "no cron",
        "windows:\n- {cron: at dawn every day now, hours: 4}\n",
        "2: windows.0.cron: expected five cron",
    ),
    (
        "a person for a list",
        "approvers:\n  finops: ann\n",
        "2: approvers.finops: expected a valid list, got 'ann'",
    ),
    ("a list for the file", "- approvers\n", r"1: \(whole file\): expected a valid dictionary"),
    ("no list of rules", "rules:\n", "1: rules: expected a valid list"),
    (
        "a group that is not there",
        "approvers:\n  finops: [ann]\nsign_off:\n  groups: [finops, security]\n",
        "4: sign_off.groups.1: expected the group 'security' in approvers; groups there are: finops",
    ),
    (
        "no approvers",
        "sign_off:\n  groups: [sec]\n",
        "2: sign_off.groups.0: expected the group 'sec' .*: none",
    ),
    (
        "the usual group is not there",
        "\napprovers: {ops: [ann]}\n",
        "2: approvers: expected the group 'finops'",
    ),
    (
        "one person for two",
        "approvers: {finops: [ann, ann]}\nrules:\n- match: {}\n  level: two_person\n",
        "4: rules.0.level: expected two approvers at least",
    ),
]


@pytest.mark.parametrize(("text", "said"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES])
def test_a_mistake_names_the_line_the_field_and_what_was_expected(policy, text, said):
    path = policy("change.yaml", text)
    with pytest.raises(PolicyError, match=f"^{path}:{said}"):
        change_policy()


def test_all_mistakes_are_named_at_once(policy):
    policy("change.yaml", "waves: {canary: 0}\nlimits: {run: {max_changes: -1}}\n")
    with pytest.raises(PolicyError) as caught:
        change_policy()
    named = {line.split(":")[2].strip() for line in str(caught.value).splitlines()}
    assert named == {"waves.canary", "limits.run.max_changes"}


@pytest.mark.parametrize("people", ["approvers: {}", "approvers: {finops: []}"])
def test_nobody_may_be_named_then_nobody_can_sign_off(policy, people):
    policy("change.yaml", f"{people}\nsign_off: {{groups: [finops]}}\n")
    assert change_policy()[0].approver_names() == []


def test_the_repositorys_own_policy_is_sound(monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_POLICIES", raising=False)
    policy, _ = change_policy()
    assert len(policy.approver_names()) >= 2
    assert level(policy) == "sign_off"


@pytest.mark.parametrize(
    ("saving", "level"),
    [
        pytest.param("99.99", "auto", id="cheap"),
        pytest.param("-99.99", "auto", id="costs a little more"),
        pytest.param("100", "auto", id="at the bound"),
        pytest.param("100.01", "sign_off", id="between the two"),
        pytest.param("5000", "two_person", id="dear"),
        pytest.param("-5000", "two_person", id="costs much more"),
        pytest.param(None, "two_person", id="nobody knows: as if dear"),
    ],
)
def test_money_decides_by_its_amount(policy, saving, level):
    policy(
        "change.yaml",
        PEOPLE
        + "rules:\n- match: {max_usd_month: 100}\n  level: auto\n"
        + "- match: {min_usd_month: 5000}\n  level: two_person\n",
    )
    saved = None if saving is None else Decimal(saving)
    assert change_policy()[0].level(change(saving_usd_month=saved), "cost") == level
