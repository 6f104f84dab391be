"""What Airflow discovers: five links of its navigation, one mounted app, and no heavy import."""

import subprocess
import sys

from airflow.api_fastapi.app import RESERVED_URL_PREFIXES
from airflow.api_fastapi.core_api.datamodels.plugins import ExternalViewResponse, FastAPIAppResponse

from tests.conftest import ROOT


def plugin():
    import watchkeeper

    return watchkeeper.WatchkeeperPlugin


def test_the_links_are_what_airflow_s_navigation_takes(airflow):
    views = [ExternalViewResponse.model_validate(view) for view in plugin().external_views]
    assert [view.name for view in views] == ["Overview", "Capacity", "Plans", "Reports", "Journal"]
    assert all(len(view.name) <= 10 for view in views), "longer labels are cut"
    assert all(view.destination == "nav" for view in views)
    assert len({view.url_route for view in views}) == len(views)
    assert all(view.icon.startswith("data:image/svg+xml,") for view in views)


def test_every_link_leads_to_a_page(home, visit):
    client = visit()
    for view in plugin().external_views:
        assert client.get("/" + view["href"], follow_redirects=False).status_code == 200


def test_the_app_is_mounted_where_airflow_allows_it(airflow):
    (app,) = [
        FastAPIAppResponse.model_validate({**one, "app": str(one["app"])}) for one in plugin().fastapi_apps
    ]
    assert app.url_prefix == "/watchkeeper"
    assert not any(app.url_prefix.startswith(prefix) for prefix in RESERVED_URL_PREFIXES)


def test_airflow_finds_one_plugin_and_imports_no_page_for_it():
    program = """
import sys
from airflow import plugins_manager
plugins, errors = plugins_manager._get_plugins()
mine = [one for one in plugins if one.name == "watchkeeper"]
assert not errors, errors
assert len(mine) == 1, plugins
heavy = {"polars", "altair", "vl_convert", "include", "watchkeeper_pages"}
found = {name for name in sys.modules if name.split(".")[0] in heavy}
assert not found, found
"""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_HOME": "/nonexistent",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
