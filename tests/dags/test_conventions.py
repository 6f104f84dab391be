"""What every DAG must have, checked on whatever files are there; an empty bag is a failure."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

HEAVY = [
    "polars",
    "pandas",
    "boto3",
    "botocore",
    "prophet",
    "great_expectations",
    "altair",
    "deltalake",
    "sqlalchemy_utils",
]
FILES = sorted((ROOT / "dags").glob("*.py"))

PARSE = """
import json, runpy, sys, time
import airflow.sdk, airflow.providers.standard.operators.hitl, airflow.sdk.bases.sensor, airflow.triggers.base
before, begun = set(sys.modules), time.perf_counter()
for path in sys.argv[1:]:
    runpy.run_path(path)
print(json.dumps({"seconds": time.perf_counter() - begun, "loaded": sorted(set(sys.modules) - before)}))
"""


@pytest.fixture(scope="module")
def parsed():
    run = subprocess.run(
        [sys.executable, "-c", PARSE, *map(str, FILES)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return json.loads(run.stdout.splitlines()[-1])


def test_each_file_is_one_dag_of_its_name(dags):
    assert sorted(dags) == [path.stem for path in FILES]


def test_every_dag_says_whose_it_is_and_how_it_behaves(dags):
    for dag in dags.values():
        assert dag.doc_md, dag.dag_id
        assert "Safe to run again" in dag.doc_md, dag.dag_id
        assert {tag.split(":")[0] for tag in dag.tags} >= {"domain", "tier"}, dag.dag_id
        assert dag.default_args["owner"], dag.dag_id
        assert dag.default_args["retries"] >= 2, dag.dag_id
        assert dag.max_active_runs <= 4, dag.dag_id
        assert dag.catchup is False, dag.dag_id


def test_every_param_is_typed_and_titled(dags):
    for dag in dags.values():
        for name in dag.params:
            schema = dag.params.get_param(name).schema
            assert schema.get("type"), f"{dag.dag_id}: {name} has no type"
            assert schema.get("title"), f"{dag.dag_id}: {name} has no title"


def test_every_runbook_a_dag_names_is_there(dags):
    for dag in dags.values():
        assert f"docs/runbooks/{dag.dag_id}.md" in dag.doc_md, dag.dag_id
        assert (ROOT / "docs" / "runbooks" / f"{dag.dag_id}.md").is_file()


def test_parsing_all_dags_loads_nothing_heavy(parsed):
    assert [name for name in parsed["loaded"] if name.split(".")[0] in HEAVY] == []


def test_all_dags_parse_in_under_a_second_together(parsed):
    assert parsed["seconds"] < 1.0
