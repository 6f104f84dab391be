"""Watchkeeper's pages in Airflow's navigation, under `/watchkeeper`, behind Airflow's login and permissions.

Every Airflow process imports this file, so it imports next to nothing: the first request builds the pages.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/watchkeeper"

_PATHS = {  # 24 x 24, drawn with a stroke
    "Overview": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm3.5-12.5-2 5-5 2 2-5 5-2Z",
    "Capacity": "M3 19h18M4 16l5-5 4 3 7-8m-5 0h5v5",
    "Plans": "M9 4h6v3H9zM9 5H6v16h12V5h-3M9 13l2 2 4-4",
    "Reports": "M5 20V10m7 10V4m7 16v-7",
    "Journal": "M6 3h11v18H6zM6 3v18M10 8h4m-4 4h4",
}


async def pages(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
) -> None:
    """The pages' ASGI application, imported when first asked for."""
    from watchkeeper_pages.app import app

    await app()(scope, receive, send)


def _icon(path: str, colour: str, halo: str) -> str:
    """An image cannot follow the text colour: the halo keeps it legible on the open page's dark field."""
    drawing = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke-linecap='round' "
        f"stroke-linejoin='round'><path d='{path}' stroke='{halo}' stroke-width='4.5' stroke-opacity='.75'/>"
        f"<path d='{path}' stroke='{colour}' stroke-width='1.7'/></svg>"
    )
    return f"data:image/svg+xml,{quote(drawing)}"


def _view(name: str) -> dict[str, Any]:
    """A link of the navigation. `href` has no leading slash: it then follows Airflow's own base URL."""
    page = "" if name == "Overview" else name.lower()
    return {
        "name": name,
        "href": f"{PREFIX.removeprefix('/')}/{page}",
        "destination": "nav",
        "url_route": f"watchkeeper-{name.lower()}",
        "category": "Watchkeeper",
        "nav_top_level": True,
        "icon": _icon(_PATHS[name], "#3f3f46", "#ffffff"),
        "icon_dark_mode": _icon(_PATHS[name], "#e4e4e7", "#18181b"),
    }


class WatchkeeperPlugin(AirflowPlugin):
    """Overview, capacity, plans, reports and the journal."""

    name = "watchkeeper"
    fastapi_apps = [{"app": pages, "url_prefix": PREFIX, "name": "Watchkeeper"}]  # noqa: RUF012
    external_views = [_view(name) for name in _PATHS]  # noqa: RUF012
