"""Forecasts of one series or of many: candidates, a backtest that weighs them, calibrated intervals.

    forecast(series, horizon)                 one Forecast; UNKNOWN with the reason where there can be none
    forecast_all(many, horizon, workers=2)    the same of many, one process and thread per core

docs/forecasting.md says how a model is chosen, and how to add one.
"""

from include.domains.capacity.forecasting.engine import forecast
from include.domains.capacity.forecasting.pool import forecast_all
from include.domains.capacity.forecasting.shapes import Event, Forecast, Series, Settings

__all__ = ["Event", "Forecast", "Series", "Settings", "forecast", "forecast_all"]
