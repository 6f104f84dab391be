"""Read a whole target, or some resources again. What AWS refuses becomes a gap, never an empty answer."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

import boto3
import polars as pl
from botocore.exceptions import ClientError

from include.aws.collect._collector import Collector, collectors
from include.aws.collect._gaps import Gap, Place, refused, unanswered
from include.aws.errors import UNREACHABLE
from include.aws.sessions import client
from include.core.gaps import GAPS

ClientOf = Callable[[str], Any]


class Collected(NamedTuple):
    """What one target answered."""

    frames: dict[str, pl.DataFrame]
    """By dataset. A dataset that could not be read is not here, but in `gaps`."""
    gaps: pl.DataFrame
    """GAPS: what could not be read, and why."""
    api_calls: dict[str, int]
    """Requests sent, retries included, by operation: `{"ec2:DescribeVolumes": 3}`."""


def collect_target(
    session: boto3.Session, account_id: str, region: str, *, datasets: Collection[str] | None = None
) -> Collected:
    """Every dataset (or `datasets`) of one account and region.

    Refused, throttled out and unreachable APIs are gaps; other errors propagate. KeyError: no such dataset.
    """
    calls: Counter[str] = Counter()
    client_of = _clients(session, region, calls)
    frames: dict[str, pl.DataFrame] = {}
    gaps: list[Gap] = []
    for dataset in sorted(collectors() if datasets is None else datasets):
        one = collectors()[dataset]
        try:
            frames[dataset] = _read(one, client_of, account_id)
        except ClientError as error:
            gaps.append(refused(error, Place(account_id, region, dataset), one.permissions))
        except UNREACHABLE as error:
            gaps.append(unanswered(error, Place(account_id, region, dataset), one.permissions))
    return Collected(frames, pl.DataFrame(gaps, schema=GAPS), dict(sorted(calls.items())))


def recollect(session: boto3.Session, account_id: str, dataset: str, ids: Sequence[str]) -> pl.DataFrame:
    """These resources as they are now, in the session's region; gone ones give no row.

    Every AWS error propagates: an answer that is missing must not read as "no longer there".
    """
    client_of = _clients(session, session.region_name, Counter())
    return _read(collectors()[dataset], client_of, account_id, list(dict.fromkeys(ids)))


def _read(
    one: Collector, client_of: ClientOf, account_id: str, ids: Sequence[str] | None = None
) -> pl.DataFrame:
    main = client_of(one.client)
    also = {keyword: client_of(service) for keyword, service in one.also.items()}
    frame = one(main, ids, **also).with_columns(account_id=pl.lit(account_id))
    if one.arn is None:
        return frame
    before, after = one.arn.format(
        partition=main.meta.partition,
        region=main.meta.region_name,
        account_id=account_id,
        resource_id="\0",
    ).split("\0")
    built = pl.concat_str(pl.lit(before), "resource_id", pl.lit(after))
    return frame.with_columns(arn=pl.coalesce("arn", built))


def _clients(session: boto3.Session, region: str, calls: Counter[str]) -> ClientOf:
    """Clients by service, each made once, each counting the requests it sends."""

    @cache
    def client_of(service: str) -> Any:
        made: Any = client(session, service, region)
        prefix = made.meta.service_model.signing_name

        def count(operation_name: str, **_: Any) -> None:
            calls[f"{prefix}:{operation_name}"] += 1

        made.meta.events.register("request-created", count)
        return made

    return client_of
