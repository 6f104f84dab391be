"""The Params of `capacity_forecast`: which series, how far ahead, and what if."""

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from include.core.planning import WhatIf
    from include.core.series import SeriesTable

WHAT_IF = ("growth_factor", "launch_at", "launch_percent", "removed_nodes", "threshold")


class Asked(TypedDict):
    """What a person, or nobody, asked for."""

    targets: list[str] | None
    resource_types: list[str] | None
    horizon_days: int | None
    what_if: dict[str, Any]


def asked(params: "Mapping[str, Any]") -> Asked:
    """From a run's Params."""
    return Asked(
        targets=params["targets"],
        resource_types=params["resource_types"],
        horizon_days=params["horizon_days"],
        what_if={name: params[name] for name in WHAT_IF if params[name] is not None},
    )


def kinds(asked: Asked) -> "SeriesTable":
    """capacity.yaml with only the resource types asked for, and that horizon for all of them.

    WatchkeeperError: no kind of series follows such a type. PolicyError: capacity.yaml is broken.
    """
    from include.core.errors import WatchkeeperError
    from include.domains.capacity.table import checked
    from include.flows.logs import line
    from include.policies.capacity import capacity_policy

    policy = capacity_policy()
    enabled, types = checked(policy), set(asked["resource_types"] or ())
    known = {kind.dataset for kind in enabled.values()}
    if unknown := sorted(types - known):
        raise WatchkeeperError(
            f"Param resource_types: {line(', '.join(unknown), 200)} not followed; expected some of "
            f"{', '.join(sorted(known))}"
        )
    days = asked["horizon_days"]
    horizon = {} if days is None else {"horizon_days": days}
    series = {
        name: kind.model_copy(update={"planning": kind.planning.model_copy(update=horizon)})
        for name, kind in enabled.items()
        if not types or kind.dataset in types
    }
    return policy.model_copy(update={"series": series})


def what_if(asked: Asked) -> "WhatIf | None":
    """The question; None: none was asked. WatchkeeperError names the Param that is wrong."""
    from pydantic import ValidationError

    from include.core.errors import WatchkeeperError
    from include.core.planning import WhatIf
    from include.flows.logs import line

    try:
        question = WhatIf.model_validate(asked["what_if"])
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, one['loc'])) or 'what-if'}: {one['msg']}" for one in error.errors()]
        raise WatchkeeperError(f"Params of the what-if: {line('; '.join(wrong), 500)}") from error
    return question if question.asks else None


def only(frame: "pl.DataFrame", asked: Asked, table: "SeriesTable") -> "pl.DataFrame":
    """The rows of the targets and kinds of series asked for."""
    from include.flows.sweeping import asked_for

    return frame.filter(asked_for(asked["targets"], list(table.series), column="series_kind"))
