"""The models below models/, by the name of their file."""

from functools import cache
from typing import Protocol, cast

from include.core.discovery import modules
from include.domains.capacity.forecasting.history import History
from include.domains.capacity.forecasting.shapes import Floats

NAIVE = "seasonal_naive"
"""The reference: always tried, never out."""


class Model(Protocol):
    COST: int

    def needs(self, history: History) -> bool: ...

    def predict(self, history: History, horizon: int) -> Floats: ...


@cache
def found() -> dict[str, Model]:
    """Every model, the seasonal naive first."""
    all_found = cast("dict[str, Model]", modules(f"{__package__}.models"))
    return {NAIVE: all_found[NAIVE], **all_found}
