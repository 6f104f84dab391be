"""The change role is asked for in one place, and that place is used by the tasks that apply alone."""

import ast

import pytest

from include.core.errors import TargetUnreachable
from include.flows.sessions import target_of
from tests.conftest import ROOT

FILES = [path for room in ("include", "dags", "plugins") for path in (ROOT / room).rglob("*.py")]


def uses(wanted):
    """`module.function` around every node that `wanted` says yes to."""
    found = set()
    for path in FILES:
        tree = ast.parse(path.read_text())
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for outer in ast.walk(tree):
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                found |= {f"{module}.{outer.name}" for node in ast.walk(outer) if wanted(node)}
    return found


def called(*names):
    def wanted(node):
        if not isinstance(node, ast.Call):
            return False
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        return name in names

    return wanted


def but_to_read(name):
    """Calls of `name` for anything but the literal "read"."""

    def wanted(node):
        if not called(name)(node):
            return False
        return not any(isinstance(one, ast.Constant) and one.value == "read" for one in node.args)

    return wanted


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        pytest.param(
            but_to_read("Clients"),
            {"include.flows.sessions.changing"},
            id="clients for anything but reading",
        ),
        pytest.param(
            called("changing"),
            {"include.flows.applying.apply", "include.flows.applying.roll_back"},
            id="who asks for them",
        ),
        pytest.param(
            lambda node: isinstance(node, ast.Attribute) and node.attr == "change_role",
            {"include.flows.sessions.session", "include.policies.targets.targets",
             "include.simulation.seed._roles"},
            id="who reads the role's name",
        ),
        pytest.param(called("AwsBaseHook"), {"include.flows.sessions.in_role"}, id="who opens a connection"),
        pytest.param(
            but_to_read("in_role"),
            {"include.flows.sessions.session"},
            id="a role through anything but the connection that reads",
        ),
    ],
)  # fmt: skip
def test_the_change_role_has_one_way_in(wanted, where):
    assert uses(wanted) == where


def test_what_applies_is_imported_by_the_roads_two_tasks_alone():
    importing = uses(lambda node: isinstance(node, ast.alias) and node.name.endswith("applying"))
    assert importing == {"include.flows.road.apply", "include.flows.road.roll_back"}


def test_a_target_nobody_configured_is_named():
    with pytest.raises(TargetUnreachable, match=r"999999999999/eu-west-1 is not in targets\.yaml"):
        target_of("999999999999", "eu-west-1")
