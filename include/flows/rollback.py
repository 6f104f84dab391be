"""What the tasks of `roll_back_plan` do: plan the inverse of what a plan has applied."""

from datetime import UTC, datetime

from include.flows.logs import table


def plan(digest: str, *, requester: str | None, dag_id: str, run_id: str) -> list[str]:
    """Plan and store the inverse of a plan; the digests of what was planned, one per level of autonomy.

    WatchkeeperError: no plan's digest begins so, or several do.
    """
    from include.change.rollback import inverse_plan
    from include.core.errors import WatchkeeperError
    from include.flows.sessions import Clients
    from include.ledger import Ledger, views

    ledger = Ledger.from_env()
    view = views.plan(ledger, digest)
    if view is None:
        raise WatchkeeperError(
            f"Param digest: {digest} names no plan, or several; copy it from the plan's page"
        )
    planned = inverse_plan(
        ledger,
        view.row.digest,
        Clients("read"),
        requester=requester,
        dag_id=dag_id,
        run_id=run_id,
        now=datetime.now(UTC),
    )
    for made in planned.plans:
        rows = [(change.change_id, change.action, change.resource_id) for change in made.changes]
        table(f"plan {made.digest[:12]} rolls back {digest[:12]}", ("change", "action", "resource"), rows)
    left_out = [(one.finding["resource_id"], one.why) for one in planned.left_out]
    table("no way back", ("resource", "why"), left_out)
    return [made.digest for made in planned.plans]
