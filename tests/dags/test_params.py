"""What people type into a DAG's form: refused by the name of the Param, or used; never a stack trace."""

import copy

import pytest
from airflow.sdk.exceptions import ParamValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile import TEXTS

KINDS = {"null": type(None), "string": str, "array": list, "object": dict}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=5), some, max_size=3),
    max_leaves=4,
)

WRONG = [
    ("collect_estate", "targets", ["111111111111"]),
    ("collect_estate", "targets", ["111111111111/eu-west-1", "../../etc"]),
    ("collect_estate", "targets", "111111111111/eu-west-1"),
    ("cost_sweep", "targets", ["٣" * 12 + "/eu-west-1"]),
    ("cost_sweep", "targets", ["111111111111/eu-west-1 OR 1=1"]),
    ("cost_sweep", "dry_run", "no"),
    ("cost_sweep", "dry_run", None),
    ("cost_sweep", "snapshot_id", 7),
    ("roll_back_plan", "digest", None),
    ("roll_back_plan", "digest", "short"),
    ("roll_back_plan", "digest", "A" * 64),
    ("roll_back_plan", "digest", "a" * 65),
    ("roll_back_plan", "digest", "' OR 1=1 --"),
    ("freeze_changes", "do", "thaw"),
    ("freeze_changes", "hours", 0),
    ("freeze_changes", "hours", -1),
    ("freeze_changes", "hours", 2161),
    ("freeze_changes", "hours", "12"),
    ("freeze_changes", "hours", True),
    ("freeze_changes", "reason", ["because"]),
]


def give(dag, name, value):
    """As Airflow does when a run is triggered with this value."""
    copy.deepcopy(dag.params)[name] = value


@pytest.mark.parametrize(("dag_id", "name", "value"), WRONG)
def test_a_wrong_value_is_refused_by_the_name_of_its_param(dags, dag_id, name, value):
    with pytest.raises(ParamValidationError, match=f"Invalid input for param {name}: "):
        give(dags[dag_id], name, value)


def of_a_kind(value, schema):
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int | float):
        return bool({"number", "integer"} & set(kinds))
    return isinstance(value, tuple(KINDS[kind] for kind in kinds if kind in KINDS))


@given(value=ANYTHING)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_param_of_every_dag_is_of_its_kind_or_refused_by_name(dags, value):
    for dag in dags.values():
        for name in dag.params:
            if not of_a_kind(value, dag.params.get_param(name).schema):
                with pytest.raises(ParamValidationError, match=f"Invalid input for param {name}: "):
                    give(dag, name, value)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_text_is_refused_wherever_a_name_is_asked_for(dags, text):
    for dag_id, name, value in (
        ("collect_estate", "targets", [text]),
        ("cost_sweep", "targets", [text]),
        ("roll_back_plan", "digest", text),
        ("freeze_changes", "do", text),
    ):
        with pytest.raises(ParamValidationError, match=f"Invalid input for param {name}: "):
            give(dags[dag_id], name, value)
