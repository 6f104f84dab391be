"""What a collector is, and where all of them are found."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import polars as pl

from include.core.datasets import schema
from include.core.discovery import modules

Row = dict[str, Any]


@dataclass(frozen=True)
class Collector:
    """Reads one dataset with one boto3 client: `volumes(ec2)`, or `volumes(ec2, ["vol-1"])` for these only.

    Ids that no longer exist give no row. `account_id` is null, `arn` too where AWS does not send it: `run`
    fills both. AWS errors propagate.
    """

    dataset: str
    client: str
    """boto3 name of the client it takes first, such as `ec2`."""
    permissions: tuple[str, ...]
    """IAM actions it uses; all of them read-only."""
    rows: Callable[..., Iterable[Row]]
    also: Mapping[str, str] = field(default_factory=dict)
    """Optional further clients by keyword: `{"tagging": "resourcegroupstaggingapi"}`. What only they can tell
    is left out (load balancers of the older kind) or null (tags) without them; `run` always gives them."""
    arn: str | None = None
    """How `run` builds the ARN, with `{partition}`, `{region}`, `{account_id}` and `{resource_id}`."""

    def __call__(self, client: Any, ids: Sequence[str] | None = None, **also: Any) -> pl.DataFrame:
        """One row per resource in the client's region, typed also when there is none."""
        return pl.DataFrame(list(self.rows(client, ids, **also)), schema=schema(self.dataset))


def collector(
    dataset: str,
    *,
    client: str,
    permissions: tuple[str, ...],
    also: Mapping[str, str] | None = None,
    arn: str | None = None,
) -> Callable[[Callable[..., Iterable[Row]]], Collector]:
    """Make a generator of rows `fn(client, ids, **also)` the collector of `dataset`."""

    def decorate(rows: Callable[..., Iterable[Row]]) -> Collector:
        made = Collector(dataset, client, permissions, rows, also or {}, arn)
        object.__setattr__(made, "__doc__", rows.__doc__)
        return made

    return decorate


@cache
def collectors() -> dict[str, Collector]:
    """Every collector by its dataset. ValueError when two files claim the same dataset."""
    found: dict[str, Collector] = {}
    for module in modules("include.aws.collect").values():
        for one in vars(module).values():
            if not isinstance(one, Collector) or found.get(one.dataset) is one:
                continue
            if one.dataset in found:
                raise ValueError(f"dataset {one.dataset!r} has two collectors; keep one of them")
            found[one.dataset] = one
    return found
