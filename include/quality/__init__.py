"""Judges every frame before it enters the lake, with Great Expectations, and publishes its Data Docs."""

from include.quality.validate import validate_snapshot
from include.quality.verdicts import Failure, Judged

__all__ = ["Failure", "Judged", "validate_snapshot"]
