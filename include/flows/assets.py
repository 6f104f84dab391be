"""Assets: what one DAG makes and others start from."""

from airflow.sdk import Asset

ESTATE = Asset(name="watchkeeper_estate", group="watchkeeper")
"""A landed snapshot; the event's extra holds its `snapshot_id`. It has no URI scheme: for one, Airflow would
load the providers (and with them boto3) at parse, to look for who normalises it."""


def snapshot_of(context: dict, asked: str | None = None) -> str | None:  # type: ignore[type-arg]
    """The snapshot this run is about: the one asked for, else the newest of the events behind it."""
    if asked:
        return asked
    events = context.get("triggering_asset_events") or {}
    ids = [event.extra["snapshot_id"] for event in events.get(ESTATE, []) if "snapshot_id" in event.extra]
    return max(ids, default=None)
