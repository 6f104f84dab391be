"""docker-compose.yaml is valid, and says the same as the code.

The schema is the Compose Specification's own (`compose-spec.json`), as packaged by check-jsonschema.
"""

import json
import re
import shlex
from importlib.resources import files

import jsonschema
import pytest
import yaml

from include.ledger.migrate import OWNER
from include.ledger.rights import APPLICATION
from include.stack import container
from include.stack.environment import SIMPLE_AUTH, airflow, watchkeeper
from include.stack.parts import COMPONENTS
from include.stack.strays import MARK

AIRFLOW_SERVICES = [*COMPONENTS, "worker", "init"]
ONLY_COMPOSE = {
    "AIRFLOW__CELERY__BROKER_URL",
    "AIRFLOW__CELERY__RESULT_BACKEND",
    "AIRFLOW__CELERY__WORKER_CONCURRENCY",
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK",
    "AIRFLOW_CONN_WATCHKEEPER_CHANGE",
    "AIRFLOW_CONN_WATCHKEEPER_READ",
    "DO_NOT_TRACK",
    "GX_ANALYTICS_ENABLED",
    "WATCHKEEPER_POLICIES",
}
SAME = {
    "AIRFLOW__CORE__AUTH_MANAGER",
    "AIRFLOW__CORE__LOAD_EXAMPLES",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL",
    "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG",
}


@pytest.fixture(scope="module")
def compose(request):
    return yaml.safe_load((request.config.rootpath / "docker-compose.yaml").read_text())


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


@pytest.fixture(scope="module")
def dockerfile(request):
    return (request.config.rootpath / "Dockerfile").read_text()


def mounts(service):
    """Container path to source."""
    return {volume.removesuffix(":ro").rpartition(":")[2]: volume for volume in service.get("volumes", [])}


def test_it_fits_the_compose_specification(compose):
    schema = json.loads(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    jsonschema.validators.validator_for(schema)(schema).validate(compose)


def test_the_schema_would_notice_a_mistake(compose):
    schema = json.loads(
        files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    broken = compose | {"services": {"postgres": {"imagge": "postgres"}}}
    assert list(jsonschema.validators.validator_for(schema)(schema).iter_errors(broken))


def test_every_part_is_there(services):
    assert set(services) == {"postgres", "redis", *AIRFLOW_SERVICES}


@pytest.mark.parametrize("name", AIRFLOW_SERVICES)
def test_airflow_gets_the_variables_the_local_stack_sets(services, settings, name):
    local = (airflow(settings) | watchkeeper(settings)).keys() - {MARK}
    owner = {OWNER} if name == "init" else set()
    assert set(services[name]["environment"]) == local | ONLY_COMPOSE | owner


def test_what_need_not_differ_does_not(services, settings):
    environment = services["scheduler"]["environment"]
    assert {name: environment[name] for name in SAME} == {name: airflow(settings)[name] for name in SAME}


def test_tasks_are_spread_over_workers(services):
    environment = services["scheduler"]["environment"]
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "CeleryExecutor"
    assert services["worker"]["command"] == ["airflow", "celery", "worker"]


@pytest.mark.parametrize("name", COMPONENTS)
def test_components_run_the_command_the_local_stack_runs(services, name):
    command = services[name]["command"]
    assert command[0] == "airflow"
    assert command[1] == COMPONENTS[name][0]


def test_tasks_reach_the_api_server_by_its_service_name_and_port(services):
    environment = services["worker"]["environment"]
    port = environment["AIRFLOW__API__PORT"]
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"http://api-server:{port}/execution/"
    assert services["api-server"]["ports"] == [f"127.0.0.1:${{AIRFLOW_PORT:-8080}}:{port}"]


@pytest.mark.parametrize("name", sorted(set(AIRFLOW_SERVICES) - {"init"}))
def test_nothing_starts_before_the_databases_are_migrated(services, name):
    waits = {other: how["condition"] for other, how in services[name]["depends_on"].items()}
    assert waits == {
        "postgres": "service_healthy",
        "redis": "service_healthy",
        "init": "service_completed_successfully",
    }


@pytest.mark.parametrize("name", sorted({*AIRFLOW_SERVICES, "postgres", "redis"} - {"init"}))
def test_every_lasting_part_is_health_checked(services, name):
    assert services[name]["healthcheck"]["test"]


@pytest.mark.parametrize(
    "name",
    ["WATCHKEEPER_LAKE", "WATCHKEEPER_REPORTS", "WATCHKEEPER_DATA_DOCS", "AIRFLOW__LOGGING__BASE_LOG_FOLDER"],
)
@pytest.mark.parametrize("service", ["api-server", "worker", "triggerer"])
def test_what_workers_write_lies_on_a_volume_that_the_api_server_reads(services, service, name):
    path = services[service]["environment"][name].removeprefix("${WATCHKEEPER_LAKE:-").removesuffix("}")
    assert any(path.startswith(f"{mount}/") for mount in mounts(services[service]))


def test_policy_is_mounted_where_the_code_reads_it_and_cannot_be_written(services):
    for name in set(AIRFLOW_SERVICES) - {"init"}:
        folder = services[name]["environment"]["WATCHKEEPER_POLICIES"]
        assert mounts(services[name])[folder].endswith(":ro")


def test_only_the_login_service_can_read_the_passwords(services):
    file = services["api-server"]["environment"]["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]
    holders = {name for name in AIRFLOW_SERVICES if file.rpartition("/")[0] in mounts(services[name])}
    assert holders == {"init", "api-server"}


def test_init_runs_the_code_that_reads_its_secret(compose, services):
    assert services["init"]["command"] == ["python", "-m", container.__name__]
    assert services["init"]["secrets"] == [container.SECRET.name]
    assert str(container.SECRET.parent) == "/run/secrets"
    assert container.SECRET.name in compose["secrets"]
    assert str(container.LOGS) in mounts(services["init"])


def test_both_databases_are_on_the_postgres_service(services):
    environment = services["init"]["environment"]
    server = services["postgres"]["environment"]
    for name, role, password, database in (
        (container.AIRFLOW_DATABASE, "airflow", "AIRFLOW_DATABASE_PASSWORD", server["POSTGRES_DB"]),
        ("WATCHKEEPER_LEDGER", APPLICATION, "WATCHKEEPER_LEDGER_PASSWORD", "watchkeeper"),
        (OWNER, server["POSTGRES_USER"], "POSTGRES_PASSWORD", "watchkeeper"),
    ):
        address = rf"postgresql\+psycopg://{role}:\${{{password}:\?[^}}]*}}@postgres/{database}"
        assert re.fullmatch(address, environment[name])


@pytest.mark.parametrize("name", sorted(set(AIRFLOW_SERVICES) - {"init"}))
def test_only_init_is_given_the_role_that_owns_the_ledgers_tables(services, name):
    assert "POSTGRES_PASSWORD" not in str(services[name]["environment"])


def test_no_secret_has_a_value_or_a_default_in_the_repository(request, compose):
    text = (request.config.rootpath / "docker-compose.yaml").read_text()
    secret = re.compile(r"\$\{(\w*(?:PASSWORD|SECRET|FERNET|CONN)\w*)([^}]*)\}")
    used = secret.findall(text)
    assert {name for name, _ in used} >= {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "AIRFLOW_JWT_SECRET"}
    assert all(rest.startswith(":?") for _, rest in used)
    example = (request.config.rootpath / ".env.example").read_text()
    assert not re.findall(r"^\w*(?:PASSWORD|SECRET|KEY)\w*=.+$", example, re.MULTILINE)


def test_the_example_names_every_variable(request):
    text = (request.config.rootpath / "docker-compose.yaml").read_text()
    example = (request.config.rootpath / ".env.example").read_text()
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", text)) == set(re.findall(r"^#?(\w+)=", example, re.MULTILINE))


def test_real_users_log_in(services):
    environment = services["api-server"]["environment"]
    assert environment["AIRFLOW__CORE__AUTH_MANAGER"] == SIMPLE_AUTH
    assert "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS" not in environment


def test_the_image_holds_the_code_where_compose_looks_for_it(services, dockerfile):
    environment = services["scheduler"]["environment"]
    root = environment["PYTHONPATH"]
    copied = {line.split()[-1] for line in dockerfile.splitlines() if line.startswith("COPY")}
    assert {"./include", "./dags", "./plugins"} <= copied
    assert f"WORKDIR {root}" in dockerfile
    for name in ("PYTHONPATH", "AIRFLOW_HOME", "AIRFLOW__CORE__DAGS_FOLDER", "AIRFLOW__CORE__PLUGINS_FOLDER"):
        assert f"{name}={environment[name]}" in dockerfile


def test_the_image_installs_the_pinned_versions_and_runs_as_nobody_special(dockerfile):
    assert "--constraint requirements.txt -r pyproject.toml" in dockerfile
    assert [line for line in dockerfile.splitlines() if line.startswith("USER")] == [f"USER {container.USER}"]


def test_the_workers_finish_what_they_are_applying(services):
    assert services["worker"]["stop_grace_period"] == "10m"


def test_health_commands_are_well_formed(services):
    for name, service in services.items():
        kind, *command = service.get("healthcheck", {}).get("test", ["CMD", "none"])
        assert kind in {"CMD", "CMD-SHELL"}, name
        assert shlex.split(" ".join(command)), name
