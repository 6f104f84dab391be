"""Whatever a policy file holds, it is read or refused with PolicyError: never another error, never half."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from include.core.errors import PolicyError
from include.policies.change import ChangePolicy, change_policy
from include.policies.cost import CostPolicy, cost_policy
from include.policies.targets import targets

ODD = [
    (
        "a field twice",
        "waves: {canary: 1}\nlimits: {}\nwaves: {canary: 9}\n",
        "3: waves: expected each field once, it is in line 1 too",
    ),
    (
        "a field twice, deep",
        "limits:\n  max_changes: 5\n  max_changes: 5000\n",
        "3: max_changes: expected each field once, it is in line 2 too",
    ),
    ("a field twice in one line", "waves: {batch: 1, batch: 99}\n", "1: batch: expected each field once"),
    ("a field twice, quoted", "waves: {}\n'waves': {}\n", "2: waves: expected each field once"),
    ("not YAML", "waves: {canary: 1\n", "2: expected YAML: "),
    ("a tab", "waves:\n\tcanary: 1\n", "2: expected YAML: "),
    ("two documents", "waves: {}\n---\nwaves: {}\n", "2: expected YAML: "),
    ("code", "waves: !!python/object/apply:os.system [ls]\n", "1: expected plain YAML, found a tag"),
    ("a date tag", "\nwaves: !!timestamp x\n", "2: expected plain YAML, found a tag"),
    ("a tag that lies", "waves: {canary: !!int x}\n", "1: expected plain YAML, found a tag"),
    (
        "a boolean that lies",
        "waves: {canary: !!bool x}\n",
        "1: expected plain YAML, found a tag",
    ),
    ("an empty number", "\nwaves: {canary: !!int ''}\n", "2: expected plain YAML, found a tag"),
    ("half a number", "waves: {canary: 0b_}\n", "1: expected YAML: a number that cannot be read"),
    ("a list as a key", "? [a]\n: 1\n", "1: expected YAML: found unhashable key"),
    ("a loop", "rules: &all\n- *all\n", "1: expected plain YAML: an alias contains itself"),
    (
        "a loop in a value",
        "rules:\n- match: &m {domain: *m}\n  level: auto\n",
        "2: expected plain YAML: an alias",
    ),
    ("too deep", "[" * 5000, "1: expected a policy, found a nesting too deep"),
    ("control characters", "waves: {}\n#\x00\n", "2: expected YAML: "),
    (
        "a number too long to read",
        f"waves: {{canary: {'9' * 5000}}}",
        "1: expected YAML: a number that cannot be read",
    ),
]


@pytest.mark.parametrize(("text", "said"), [one[1:] for one in ODD], ids=[one[0] for one in ODD])
def test_what_is_not_plain_yaml_is_refused_with_its_line(policy, text, said):
    path = policy("change.yaml", text)
    with pytest.raises(PolicyError, match=f"^{path}:{said}"):
        change_policy()


def test_a_file_that_is_not_text_is_refused(policy):
    policy("change.yaml", "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PolicyError, match=r"change.yaml: cannot be read .*Nothing is planned or applied"):
        change_policy()


def test_a_file_that_is_missing_is_refused(policy):
    policy("cost.yaml", "")
    with pytest.raises(PolicyError, match=r"change.yaml: cannot be read"):
        change_policy()


def test_an_alias_may_be_used_twice(policy):
    policy("change.yaml", "rules:\n- {match: &m {domain: cost}, level: forbid}\n- {match: *m, level: auto}\n")
    assert [rule.match.domain for rule in change_policy()[0].rules] == ["cost", "cost"]


READERS = {"change.yaml": change_policy, "cost.yaml": cost_policy, "targets.yaml": targets}
SLOW_AND_SHARED = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
]  # the fixture only names a folder
PIECES = ["\n", "  ", ": ", "- ", "&a ", "*a", "!!int ", "{", "["]
FIELDS = sorted({
    *ChangePolicy.model_fields,
    *CostPolicy.model_fields,
    "targets",
    "account_id",
    "regions",
    "read_role",
    "change_role",
    "name",
    "match",
    "level",
    "action",
    "environment",
    "risk",
    "cron",
    "hours",
    "timezone",
    "groups",
    "canary",
    "max_changes",
    "period_seconds",
    "ec2_idle",
    "<<",
})
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates().map(str)
    | st.sampled_from([
        "0 6 * * *",
        "* * * * * *",
        "Europe",
        "auto",
        "low",
        "2026-99-99",
        "1:99",
        "0x",
        "!!int",
        "=",
    ])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def _read_or_refused(reader: Callable[[], object], path: Path) -> bool:
    """Read, or refused with a PolicyError that begins with the file; other errors are raised."""
    try:
        reader()
    except PolicyError as error:
        return str(error).startswith(str(path))
    return True


@settings(max_examples=150, suppress_health_check=SLOW_AND_SHARED)
@given(content=values.map(lambda value: json.dumps(value)) | st.text(max_size=120))
@pytest.mark.parametrize("name", READERS)
def test_whatever_a_file_holds_it_is_read_or_refused(policy, name, content):
    path = policy(name, "")
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    assert _read_or_refused(READERS[name], path)


@settings(max_examples=150, suppress_health_check=SLOW_AND_SHARED)
@given(data=st.data())
@pytest.mark.parametrize("name", READERS)
def test_any_damage_to_the_own_files_is_read_or_refused(policy, name, data):
    import include.policies

    own = (Path(include.policies.__file__).parent / name).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(own)))
    end = data.draw(st.integers(start, min(len(own), start + 40)))
    instead = data.draw(st.text(max_size=10) | st.sampled_from(PIECES))
    path = policy(name, "")
    path.write_text(own[:start] + instead + own[end:], encoding="utf-8", errors="replace")
    assert _read_or_refused(READERS[name], path)
