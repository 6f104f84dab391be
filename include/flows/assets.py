"""Assets: what one DAG makes and others start from."""

from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset

if TYPE_CHECKING:
    from airflow.sdk import Context

ESTATE = Asset(name="watchkeeper_estate", group="watchkeeper")
"""A landed snapshot; the event's extra holds its `snapshot_id`. It has no URI scheme: for one, Airflow would
load the providers (and with them boto3) at parse, to look for who normalises it."""


def snapshot_of(context: "Context", asked: str | None = None) -> str | None:
    """The snapshot this run is about: the one asked for, else the newest of the events behind it."""
    if asked:
        return asked
    return max((extra["snapshot_id"] for extra in _extras(context)), default=None)


def requester_of(context: "Context") -> str | None:
    """Who started this run, by hand or by starting what made its asset; None: a schedule."""
    by_hand = context["dag_run"].triggering_user_name
    behind = sorted((extra["snapshot_id"], extra.get("requester")) for extra in _extras(context))
    return by_hand or (behind[-1][1] if behind else None)


def _extras(context: "Context") -> list[dict[str, Any]]:
    events = context.get("triggering_asset_events") or {}
    return [event.extra for event in events.get(ESTATE, []) if "snapshot_id" in event.extra]
