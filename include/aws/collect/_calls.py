"""Paging, batches, and asking for some ids only."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")

FILTER_VALUES = 200
"""EC2 and RDS take this many values per filter."""


def items(client: Any, operation: str, key: str, **params: Any) -> Iterator[dict[str, Any]]:
    """Everything under `key` of every page of `operation` (`describe_volumes`)."""
    for page in client.get_paginator(operation).paginate(**params):
        yield from page.get(key) or []


def batches(everything: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """`everything` in lists of at most `size`."""
    for start in range(0, len(everything), size):
        yield list(everything[start : start + size])


def only(filter_name: str, ids: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    """Parameters that restrict a describe call to `ids` by filter, in batches; without ids no restriction.

    A filter answers with nothing for an id that is gone, where an id parameter would raise NotFound.
    """
    if ids is None:
        yield {}
        return
    for some in batches(ids, FILTER_VALUES):
        yield {"Filters": [{"Name": filter_name, "Values": some}]}


def wanted(name: str, ids: Sequence[str] | None) -> bool:
    """Whether `name` is asked for, where AWS has no filter for it."""
    return ids is None or name in ids
