"""`targets.yaml`: which accounts and regions, by which roles; each target once."""

import pytest

from include.core.errors import PolicyError
from include.policies.targets import targets

ROLES = """    read_role: arn:aws:iam::111111111111:role/read
    change_role: arn:aws:iam::111111111111:role/change
"""
SHOP = f"""  - account_id: "111111111111"
    name: shop
    regions: [eu-west-1, us-gov-west-1]
{ROLES}"""


def test_every_account_and_region_is_a_target(policy):
    policy("targets.yaml", f"targets:\n{SHOP}    external_id: secret-7\n")
    assert [target.id for target in targets()] == ["111111111111/eu-west-1", "111111111111/us-gov-west-1"]
    first = targets()[0]
    assert (first.account_name, first.external_id) == ("shop", "secret-7")
    assert first.read_role == "arn:aws:iam::111111111111:role/read"


MISTAKES = [
    ("no targets", "targets: []\n", "1: targets: .*at least 1 item"),
    ("nothing", "", r"1: targets: expected a value, it is missing"),
    (
        "a number loses its zeros",
        f"targets:\n{SHOP}".replace('"111111111111"', "111111111111", 1),
        "2: targets.0.account_id: expected a valid string, got 111111111111",
    ),
    (
        "no account",
        f"targets:\n{SHOP}".replace('"111111111111"', '"1111"', 1),
        "2: targets.0.account_id: .*got '1111'",
    ),
    (
        "no region",
        f"targets:\n{SHOP}".replace("eu-west-1", "europe"),
        "4: targets.0.regions.0: .*got 'europe'",
    ),
    (
        "no role",
        f"targets:\n{SHOP}".replace("iam::111111111111:role/change", "iam::1:user/x"),
        "6: targets.0.change_role: ",
    ),
    (
        "a role of another account",
        f"targets:\n{SHOP}".replace("111111111111:role/read", "222222222222:role/read"),
        "5: targets.0.read_role: expected a role of account 111111111111",
    ),
    (
        "a region twice",
        f"targets:\n{SHOP}".replace("us-gov-west-1", "eu-west-1"),
        "4: targets.0.regions.1: expected each target once, 111111111111/eu-west-1 is listed twice",
    ),
    (
        "an account's region twice",
        f"targets:\n{SHOP}{SHOP}".replace("us-gov-west-1", "us-east-1", 1),
        "9: targets.1.regions.0: expected each target once, 111111111111/eu-west-1 is listed twice",
    ),
    ("misspelt", f"targets:\n{SHOP}    role: x\n", "7: targets.0.role: expected no such field"),
]


@pytest.mark.parametrize(("text", "said"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES])
def test_a_mistake_names_the_line_the_field_and_what_was_expected(policy, text, said):
    path = policy("targets.yaml", text)
    with pytest.raises(PolicyError, match=f"^{path}:{said}"):
        targets()


def test_one_account_in_two_entries_with_other_regions_is_fine(policy):
    second = SHOP.replace("[eu-west-1, us-gov-west-1]", "[ap-south-1]")
    policy("targets.yaml", f"targets:\n{SHOP}{second}")
    assert len(targets()) == 3


def test_the_repositorys_own_targets_are_two_accounts_and_two_regions(monkeypatch):
    monkeypatch.delenv("WATCHKEEPER_POLICIES", raising=False)
    found = targets()
    assert len({target.account_id for target in found}) == len({target.region for target in found}) == 2
