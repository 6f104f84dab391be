"""From conditions to findings: the one place that knows how a verdict is reached and what it carries."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from include.core.findings import FINDINGS, Status
from include.domains.cost.money import Money

CONTROLLERS = ("autoscaling", "ecs", "eks")
"""They replace what one takes from them: their members are never touched one by one."""


class Case(NamedTuple):
    """A condition and the sentence that says it."""

    when: pl.Expr
    reason: pl.Expr


class Finding(NamedTuple):
    """What a check says of the resources whose condition holds."""

    when: pl.Expr
    reason: pl.Expr
    evidence: Mapping[str, pl.Expr]
    money: Money | None = None
    action: str | pl.Expr | None = None
    params: Mapping[str, pl.Expr] = {}


def check_id(module: str) -> str:
    """A check's id is the name of its file."""
    return module.rsplit(".", 1)[-1]


def verdicts(
    frame: pl.LazyFrame,
    module: str,
    dataset: str,
    severity: str,
    *,
    inputs: Sequence[str],
    found: Finding,
    unknown: Sequence[Case] = (),
    not_applicable: Sequence[Case] = (),
    controllers: Sequence[str] = CONTROLLERS,
    window_days: int | None = None,
) -> pl.LazyFrame:
    """FINDINGS of every row of `frame`. In this order: not applicable, an input missing, unknown, then the
    finding's own condition. A condition that cannot be decided (null) is UNKNOWN, never PASS.

    `sample_count` and `coverage` are taken from `frame` where a window is given.
    """
    outside = [_controlled(controllers), *not_applicable]
    unsure = [_missing(inputs), *unknown]
    status = _first(
        [(case.when, Status.NOT_APPLICABLE) for case in outside]
        + [(case.when, Status.UNKNOWN) for case in unsure]
        + [(found.when.is_null(), Status.UNKNOWN), (found.when, Status.FAIL)],
        Status.PASS,
    )
    undecided = Case(found.when.is_null(), pl.lit("AWS did not report all that is needed to judge."))
    return (
        frame
        .with_columns(status=status)
        .with_columns(reason=_reason([*outside, *unsure, undecided, Case(found.when, found.reason)]))
        .with_columns(**_carried(found))
        .with_columns(
            check_id=pl.lit(check_id(module)),
            domain=pl.lit("cost"),
            resource_type=pl.lit(dataset),
            severity=pl.lit(severity),
            window_days=pl.lit(window_days, dtype=pl.Int64),
            **({} if window_days else {"sample_count": pl.lit(None), "coverage": pl.lit(None)}),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in FINDINGS.items())
    )


def _first(cases: Sequence[tuple[pl.Expr, str]], otherwise: str) -> pl.Expr:
    """The value of the first condition that holds."""
    conditions = [pl.when(when).then(pl.lit(str(value))) for when, value in cases]
    return pl.coalesce(*conditions, pl.lit(str(otherwise)))


def _reason(cases: Sequence[Case]) -> pl.Expr:
    text = pl.coalesce(*(pl.when(case.when).then(case.reason) for case in cases), pl.lit(""))
    template = pl.lit(" CloudFormation made it: change its template, not the resource.")
    stacked = _is(Status.FAIL) & (pl.col("managed_by") == "cloudformation")
    return text + pl.when(stacked).then(template).otherwise(pl.lit(""))


def _carried(found: Finding) -> dict[str, pl.Expr]:
    """What only a FAIL has: money, evidence, action."""
    fail = _is(Status.FAIL)
    action = found.action if isinstance(found.action, pl.Expr) else pl.lit(found.action, dtype=pl.String)
    may_act = fail & (pl.col("managed_by") != "cloudformation").fill_null(True) & action.is_not_null()
    money = found.money or Money.none()
    return {
        "saving_usd_month": pl.when(fail).then(money.usd_month),
        "price_source": pl.when(fail & money.usd_month.is_not_null()).then(money.source),
        "price_date": pl.when(fail & money.usd_month.is_not_null()).then(money.date),
        "evidence": pl.when(_is(Status.FAIL)).then(_json(found.evidence)).otherwise(pl.lit("{}")),
        "action": pl.when(may_act).then(action),
        "params": pl.when(may_act).then(_json(found.params)),
    }


def _json(fields: Mapping[str, pl.Expr]) -> pl.Expr:
    if not fields:
        return pl.lit("{}")
    return pl.struct(value.alias(name) for name, value in fields.items()).struct.json_encode()


def _is(status: Status) -> pl.Expr:
    return pl.col("status") == str(status)


def _controlled(controllers: Sequence[str]) -> Case:
    return Case(
        pl.col("managed_by").is_in(list(controllers)),
        pl.format("Managed by {}: it is not touched by itself.", pl.col("managed_by")),
    )


def _missing(inputs: Sequence[str]) -> Case:
    names = pl.concat_list([
        pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in inputs
    ]).list.drop_nulls()
    return Case(
        pl.any_horizontal(pl.col(name).is_null() for name in inputs),
        pl.format("AWS did not report {}.", names.list.join(", ")),
    )
