"""The environment every Airflow process gets: one pure function. docker-compose.yaml sets the same names."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.ledger.migrate import OWNER
from include.stack.home import Home
from include.stack.ports import HOST
from include.stack.strays import MARK

SIMPLE_AUTH = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
PARALLELISM = 4
"""Tasks at once: they mostly wait on AWS, and each is a Python process of ~150 MB."""
REGION = "eu-west-1"


@dataclass(frozen=True)
class Settings:
    """What differs from one run to the next."""

    root: Path
    home: Home
    port: int
    users: Mapping[str, str]  # name -> Airflow role: viewer, user, op, admin
    keys: Mapping[str, str]  # jwt_secret, api_secret, fernet_key
    airflow_database: str  # postgresql+psycopg://...
    ledger: str  # postgresql+psycopg://..., as the application's role
    ledger_owner: str  # the same database as the owner of its tables; only migrations are given it
    aws_endpoint: str | None = None  # the simulated AWS; None: the real one
    policies: Path | None = None  # folder of policy files; None: the project's own


def url(settings: Settings) -> str:
    """Airflow's own address, as a browser on this machine reaches it."""
    return f"http://{HOST}:{settings.port}"


def environment(settings: Settings, base: Mapping[str, str]) -> dict[str, str]:
    """`base` (the caller's environment), cleaned, with everything Airflow and Watchkeeper need on top.

    The demo forgets the caller's AWS and Airflow settings altogether: it cannot reach a real account.
    """
    simulated = settings.aws_endpoint is not None
    kept = {name: value for name, value in base.items() if not _dropped(name, simulated)}
    aws = _simulated_aws(settings.aws_endpoint or "") if simulated else _real_aws(kept)
    return {**kept, **_quiet(base), **aws, **airflow(settings), **watchkeeper(settings)}


def airflow(settings: Settings) -> dict[str, str]:
    """Airflow's configuration."""
    home, keys = settings.home, settings.keys
    return {
        "AIRFLOW_HOME": str(home.airflow),
        "AIRFLOW__API__BASE_URL": url(settings),
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__INSTANCE_NAME": "Watchkeeper demo" if settings.aws_endpoint else "Watchkeeper",
        "AIRFLOW__API__PORT": str(settings.port),
        "AIRFLOW__API__SECRET_KEY": keys["api_secret"],
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__CORE__AUTH_MANAGER": SIMPLE_AUTH,
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.root / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url(settings)}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet_key"],
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(settings.root / "plugins"),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home.passwords),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{n}:{r}" for n, r in settings.users.items()),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": settings.airflow_database,
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home.logs / "tasks"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home.logs / "dag_processor"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
    }


def watchkeeper(settings: Settings) -> dict[str, str]:
    """Where Watchkeeper's own parts find each other."""
    home = settings.home
    own = {"WATCHKEEPER_POLICIES": str(settings.policies)} if settings.policies else {}
    return {
        **own,
        "PYTHONPATH": str(settings.root),
        "WATCHKEEPER_DATA_DOCS": str(home.data_docs),
        "WATCHKEEPER_HEAVY_TASKS": str(max(1, (os.cpu_count() or 1) - 1)),  # a core is left to the rest
        "WATCHKEEPER_LAKE": str(home.lake),
        "WATCHKEEPER_LEDGER": settings.ledger,
        "WATCHKEEPER_REPORTS": str(home.reports),
        MARK: str(home.folder),
    }


def _dropped(name: str, simulated: bool) -> bool:
    """Python's own switches would break or slow the child; another Airflow's and a real AWS's would mislead
    the demo."""
    if name in {"PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", MARK, OWNER}:
        return True
    return simulated and name.startswith(("AIRFLOW_", "AWS_", "WATCHKEEPER_"))


def _quiet(base: Mapping[str, str]) -> dict[str, str]:
    """No usage data leaves this machine, loopback traffic takes no proxy, and process titles leave the
    environment readable (`include.stack.strays`)."""
    local = f"{HOST},localhost"
    direct = {name: f"{base[name]},{local}" if base.get(name) else local for name in ("NO_PROXY", "no_proxy")}
    return {"DO_NOT_TRACK": "1", "GX_ANALYTICS_ENABLED": "false", "SPT_NOENV": "1", **direct}


def _simulated_aws(endpoint: str) -> dict[str, str]:
    """Invented credentials and the simulation's address, for the connections and for boto3 alike."""
    key = {"login": "WATCHKEEPERDEMO00000", "password": "only-the-simulation-accepts-this"}
    connection = json.dumps({"conn_type": "aws", **key, "extra": {"region_name": REGION}})
    return {
        "AIRFLOW_CONN_WATCHKEEPER_CHANGE": connection,
        "AIRFLOW_CONN_WATCHKEEPER_READ": connection,
        "AWS_ACCESS_KEY_ID": key["login"],
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_SECRET_ACCESS_KEY": key["password"],
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


def _real_aws(base: Mapping[str, str]) -> dict[str, str]:
    """The two connections as the caller set them, else boto3's own search: environment, ~/.aws, instance."""
    default = json.dumps({"conn_type": "aws"})
    names = ("AIRFLOW_CONN_WATCHKEEPER_CHANGE", "AIRFLOW_CONN_WATCHKEEPER_READ")
    return {name: base.get(name) or default for name in names}
