"""Heads of the journal: one hash that stands for every row up to it, published where others keep it."""

from typing import NamedTuple

GENESIS = "0" * 64
"""The head of a journal without rows, and `prev_hash` of the first one."""


class Head(NamedTuple):
    """`hash` of row `seq` (0: no row yet); `where` says who holds it, such as `report cost_sweep/...`."""

    seq: int
    hash: str
    where: str
