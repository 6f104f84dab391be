"""The pages in Airflow's navigation: plain values to HTML. `plugins/` fetches the values, guards the way."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from include.reports.html import environment, script_hash
from include.reports.pages.diff import Line, difference

__all__ = ["Line", "Site", "difference", "render", "script_source"]

SCRIPTS = ("theme.js", "pages/page.js")
"""The scripts the pages carry, inline."""


class Site(NamedTuple):
    """Where the pages are mounted, and who looks at them."""

    base: str
    """Path of the pages, such as `/watchkeeper` or `/airflow/watchkeeper`; no slash at the end."""
    user: str | None = None

    @property
    def airflow(self) -> str:
        """Path of Airflow itself, without a slash at the end."""
        return self.base.rpartition("/")[0]

    def plan(self, digest: str) -> str:
        return f"{self.base}/plans/{quote(digest, safe='')}"

    def report(self, dag_id: str, snapshot_id: str, name: str) -> str:
        return f"{self.base}/reports/{quote(dag_id, safe='')}/{quote(snapshot_id, safe='')}/{name}"

    def capacity(self, **query: str | int) -> str:
        """What runs out, filtered."""
        return f"{self.base}/capacity" + (f"?{urlencode(query)}" if query else "")

    def series(self, row: Mapping[str, Any]) -> str:
        """One series in full."""
        named = {
            "account": row["account_id"],
            "region": row["region"],
            "type": row["resource_type"],
            "id": row["resource_id"],
            "kind": row["series_kind"],
        }
        known = {name: value for name, value in named.items() if value is not None}
        return f"{self.base}/capacity/series?{urlencode(known)}"

    def run(self, dag_id: str, run_id: str) -> str:
        """The run's page in Airflow."""
        return f"{self.airflow}/dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}"

    @property
    def required_actions(self) -> str:
        """Where Airflow asks people."""
        return f"{self.airflow}/required_actions?response_received=false"


def render(name: str, site: Site, /, **content: Any) -> str:
    """One page: template `pages/<name>.html` with `content`."""
    template = environment().get_template(f"pages/{name}.html")
    return template.render(site=site, difference=difference, **content)


def script_source() -> str:
    """The CSP sources of the scripts the pages carry, and of no other."""
    return " ".join(script_hash(name) for name in SCRIPTS)
