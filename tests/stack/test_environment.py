"""The environment of Airflow's processes: complete, and deaf to what surrounds the demo."""

import json
from dataclasses import replace

import pytest

from include.stack.environment import Settings, environment


def test_the_demo_cannot_reach_a_real_account(settings):
    base = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_S3": "https://s3.example",
        "AIRFLOW_CONN_WATCHKEEPER_READ": "aws://real",
    }
    env = environment(settings, base)
    assert env["AWS_ENDPOINT_URL"] == "http://127.0.0.1:5555"
    assert env["AWS_SHARED_CREDENTIALS_FILE"] == env["AWS_CONFIG_FILE"] == "/dev/null"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & env.keys()
    assert "real" not in env["AIRFLOW_CONN_WATCHKEEPER_READ"]


def test_policy_is_the_project_s_own_unless_another_folder_is_given(settings, tmp_path):
    assert "WATCHKEEPER_POLICIES" not in environment(settings, {"WATCHKEEPER_POLICIES": "/somebody/else"})
    given = environment(replace(settings, policies=tmp_path), {})
    assert given["WATCHKEEPER_POLICIES"] == str(tmp_path)


def test_both_demo_connections_are_valid_airflow_json(settings):
    env = environment(settings, {})
    for name in ("AIRFLOW_CONN_WATCHKEEPER_READ", "AIRFLOW_CONN_WATCHKEEPER_CHANGE"):
        assert json.loads(env[name])["conn_type"] == "aws"


def test_a_real_account_keeps_the_callers_credentials_and_gets_no_endpoint(settings):
    live = replace(settings, aws_endpoint=None)
    env = environment(
        live, {"AWS_PROFILE": "production", "AIRFLOW_CONN_WATCHKEEPER_READ": '{"conn_type": "aws"}'}
    )
    assert env["AWS_PROFILE"] == "production"
    assert "AWS_ENDPOINT_URL" not in env
    assert json.loads(env["AIRFLOW_CONN_WATCHKEEPER_CHANGE"]) == {"conn_type": "aws"}


@pytest.mark.parametrize(
    "name", ["PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONWARNINGS", "AIRFLOW__CORE__EXECUTOR_X"]
)
def test_what_would_break_or_slow_the_processes_is_left_behind(settings, name):
    assert name not in environment(settings, {name: "1"})


@pytest.mark.parametrize("name", ["PATH", "HOME", "LANG"])
def test_the_rest_of_the_callers_environment_is_kept(settings, name):
    assert environment(settings, {name: "kept"})[name] == "kept"


@pytest.mark.parametrize(
    ("base", "expected"),
    [({}, "127.0.0.1,localhost"), ({"no_proxy": "corp.example"}, "corp.example,127.0.0.1,localhost")],
)
def test_loopback_traffic_takes_no_proxy(settings, base, expected):
    assert environment(settings, base)["no_proxy"] == expected


def test_airflow_and_its_tasks_find_each_other_on_the_chosen_port(settings):
    env = environment(settings, {})
    assert env["AIRFLOW__API__PORT"] == "8081"
    assert env["AIRFLOW__API__BASE_URL"] == "http://127.0.0.1:8081"
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:8081/execution/"


def test_only_loopback_is_listened_on(settings):
    assert environment(settings, {})["AIRFLOW__API__HOST"] == "127.0.0.1"


def test_roles_are_the_settings_and_nobody_is_admin_by_default(settings):
    env = environment(settings, {})
    assert env["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"] == "ann:op,vic:viewer"
    assert "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS" not in env


def test_the_projects_root_is_importable_and_every_store_lies_in_the_home(settings: Settings):
    env = environment(settings, {"PYTHONPATH": "/elsewhere"})
    assert env["PYTHONPATH"] == "/project"
    for name in ("WATCHKEEPER_LAKE", "WATCHKEEPER_REPORTS", "WATCHKEEPER_DATA_DOCS", "AIRFLOW_HOME"):
        assert env[name].startswith(str(settings.home.folder))


def test_nothing_is_reported_to_anybody(settings):
    env = environment(settings, {})
    assert env["DO_NOT_TRACK"] == "1"
    assert env["GX_ANALYTICS_ENABLED"] == "false"


def test_every_value_is_text(settings):
    assert all(isinstance(value, str) for value in environment(settings, {}).values())
