"""docs/policy.md: its example is a policy, and shows every field there is."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from include.policies.change import ChangePolicy, change_policy
from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "policy.md").read_text()


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The model an annotation names, or those inside it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from models(part)


def fields(model: type[BaseModel]) -> set[str]:
    inner = [one for info in model.model_fields.values() for one in models(info.annotation)]
    return set(model.model_fields).union(*map(fields, inner))


def test_the_example_is_a_policy_with_every_field(policy):
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    policy("change.yaml", example)
    change_policy()
    unsaid = {name for name in fields(ChangePolicy) if not re.search(rf"\b{name}:", example)}
    assert unsaid == set()


def test_every_level_and_condition_is_explained():
    for said in ("auto", "sign_off", "two_person", "forbid", "min_usd_month", "max_usd_month"):
        assert f"`{said}`" in TEXT
