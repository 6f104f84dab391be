"""Secrets are made once, differ between homes, and only their owner can read them."""

import base64
import json
import stat

import pytest

from include.stack import credentials
from include.stack.errors import StackError


def mode(file):
    return stat.S_IMODE(file.stat().st_mode)


def test_passwords_are_kept_for_their_owner_alone(tmp_path):
    file = tmp_path / "home" / "passwords.json"
    made = credentials.passwords(file, ["ann", "ben"])
    assert mode(file) == 0o600
    assert json.loads(file.read_text()) == made
    assert len(set(made.values())) == 2
    assert all(len(password) == 16 for password in made.values())


def test_a_password_survives_a_restart_and_a_new_user_gets_one(tmp_path):
    file = tmp_path / "passwords.json"
    first = credentials.passwords(file, ["ann"])
    second = credentials.passwords(file, ["ann", "ben"])
    assert second["ann"] == first["ann"]
    assert second["ben"]


def test_a_file_others_can_read_is_closed_to_them(tmp_path):
    file = tmp_path / "passwords.json"
    made = credentials.passwords(file, ["ann"])
    file.chmod(0o644)
    assert credentials.passwords(file, ["ann"]) == made
    assert mode(file) == 0o600


def test_keys_are_strong_stable_and_of_the_right_form(tmp_path):
    file = tmp_path / "keys.json"
    keys = credentials.keys(file)
    assert keys == credentials.keys(file)
    assert mode(file) == 0o600
    assert len(base64.urlsafe_b64decode(keys["fernet_key"])) == 32
    assert len(keys["jwt_secret"]) >= 64
    assert credentials.keys(tmp_path / "other.json") != keys


def test_a_broken_file_is_named_with_what_to_do(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text("{")
    with pytest.raises(StackError, match=r"keys\.json: expected a JSON object .*Delete it"):
        credentials.keys(file)
