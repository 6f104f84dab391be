"""What a capacity forecast says, as frames: quantiles, how they were chosen, and what follows from them."""

from typing import TYPE_CHECKING

import polars as pl

from include.core.datasets import UTC_TIME

if TYPE_CHECKING:
    from polars._typing import PolarsDataType

SERIES: "dict[str, PolarsDataType]" = {
    "account_id": pl.String,
    "region": pl.String,
    "resource_type": pl.String,  # the dataset that lists the resource
    "resource_id": pl.String,
    "series_kind": pl.String,  # an id of capacity.yaml
}
"""What names one series."""

DAILY_PEAKS = pl.Schema({
    **SERIES,
    "ts": UTC_TIME,  # start of the day
    "peak": pl.Float64,  # highest usage of the day, in the kind's unit; null: a gap
})
"""One row per series and whole day of history: what charts show left of the forecast."""

FORECASTS = pl.Schema({
    **SERIES,
    "grain": pl.String,  # hour, day (the day's peak)
    "issued_at": UTC_TIME,  # end of the history it was made from
    "ts": UTC_TIME,  # start of the hour or day
    "step": pl.Int64,  # 1: the first after `issued_at`
    "p10": pl.Float64,  # in the kind's unit
    "p50": pl.Float64,
    "p90": pl.Float64,
})
"""One row per series, grain and moment ahead."""

FORECAST_MODELS = pl.Schema({
    **SERIES,
    "grain": pl.String,
    "issued_at": UTC_TIME,
    "status": pl.String,  # PASS: there is a forecast; UNKNOWN: there is none, `reason` says why
    "reason": pl.String,
    "model": pl.String,  # the chosen model, or what the ensemble is made of
    "weights": pl.String,  # JSON object: model to its share
    "error": pl.Float64,  # backtest: MAE of p50 / in-sample MAE of the lag-season naive (MASE)
    "naive_error": pl.Float64,  # the same of the seasonal naive forecast, on the same origins
    "coverage": pl.Float64,  # 0..1 of the backtest's actuals inside [p10, p90]
    "candidates": pl.String,  # JSON object: every model tried to its error
    "origins": pl.Int64,  # of the backtest
    "points": pl.Int64,  # of the regular grid, gaps included
    "gaps": pl.Int64,
    "outliers": pl.Int64,
    "shifts": pl.Int64,  # level shifts and counter resets
    "history_from": UTC_TIME,
    "seconds": pl.Float64,  # what it took
    "chosen_at": UTC_TIME,  # `issued_at` of the forecast that model and weights were chosen for
    "chosen_because": pl.String,  # why it was chosen anew, or why an earlier choice is used again
})
"""One row per series and grain: the choice, its error, and the naive's."""

OUTLOOKS = pl.Schema({
    **SERIES,
    "name": pl.String,
    "environment": pl.String,
    "scenario": pl.String,  # base, what_if
    "status": pl.String,  # PASS, FAIL (a plan is due), UNKNOWN
    "reason": pl.String,  # one sentence with the numbers in it
    "severity": pl.String,  # low, medium, high, critical
    "title": pl.String,  # of the kind
    "unit": pl.String,
    "limit": pl.Float64,  # null: nothing runs out, growth only
    "limit_from": pl.String,  # where the limit comes from, for readers
    "threshold": pl.Float64,  # share of the limit from which on there is to be a plan
    "usage": pl.Float64,  # peak of the last whole day
    "headroom": pl.Float64,  # threshold x limit - usage; below 0: already past it
    "peak_day": pl.Float64,  # highest usage of the last 1, 7, 30, 91 days; null: not so much history
    "peak_week": pl.Float64,
    "peak_month": pl.Float64,
    "peak_quarter": pl.Float64,
    "growth_month": pl.Float64,  # of the daily peaks' median forecast, per 30 days
    "horizon_days": pl.Int64,
    "threshold_p10": UTC_TIME,  # the day the threshold is reached: early, median, late; null: not within
    "threshold_p50": UTC_TIME,  # the horizon
    "threshold_p90": UTC_TIME,
    "exhausts_p10": UTC_TIME,  # the same of the limit itself
    "exhausts_p50": UTC_TIME,
    "exhausts_p90": UTC_TIME,
    "days_left": pl.Float64,  # from the snapshot to exhausts_p50; null: not within the horizon
    "recommended_limit": pl.Float64,  # null: none needed, or nothing known
    "recommended_for": pl.String,  # what it has to hold: lead time, horizon, margin
    "cost_usd_month": pl.Float64,  # of the recommended limit over today's; null: unknown; 0: known to be free
    "price_source": pl.String,
    "price_date": pl.Date,
    "risk": pl.Float64,  # 0..1: chance that the limit is reached within the lead time when nothing is done
    "risk_says": pl.String,
    "action": pl.String,  # id below include/aws/act; null: advice only
    "params": pl.String,  # JSON object for that action
    "acts_on_type": pl.String,  # the resource that action changes where it is another, as a table's scaling
    "acts_on_id": pl.String,  # target; null: the series' own
})
"""One row per series and scenario: what an engineer acts on."""

FORECAST_SCORES = pl.Schema({
    **SERIES,
    "grain": pl.String,
    "issued_at": UTC_TIME,
    "model": pl.String,
    "chosen_at": UTC_TIME,  # as in FORECAST_MODELS
    "horizon": pl.String,  # the steps scored: 1-24, 25-168, ... in the grain
    "scored_at": UTC_TIME,
    "points": pl.Int64,  # actuals there were
    "error": pl.Float64,  # MASE as in FORECAST_MODELS, of what came
    "naive_error": pl.Float64,
    "wql": pl.Float64,
    "coverage": pl.Float64,
    "backtest_error": pl.Float64,  # what FORECAST_MODELS promised
})
"""The track record: an earlier forecast against what came."""
