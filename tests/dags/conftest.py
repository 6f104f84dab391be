import pytest
from airflow.dag_processing.dagbag import DagBag

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def dags():
    bag = DagBag(dag_folder=ROOT / "dags")
    assert bag.import_errors == {}
    assert bag.dags, "no DAG found: wrong folder?"
    return bag.dags
