"""Level shifts: a restart, a resize, a move. What came before is lifted to the level that holds now.

The rule is a run test: a shift is a stretch at the end, of a quarter of a season at least, that lies beyond
half the new distance throughout and begins at once, while no stretch a third as long did so in the seasons
before. A nightly job, a weekend or a spike has been seen before, or is over soon; a trend does not begin at
once: none is a shift.
"""

import numpy as np
from numpy.typing import NDArray

from include.domains.capacity.forecasting.shapes import Floats

BEFORE = 7
"""Seasons whose median profile is what used to be, and in which such a stretch must not have occurred."""
WITHIN = (1, 3, 7)
"""Seasons from the end in which a shift is looked for; older ones the adaptive models have learned."""
LEAST = 4
"""Steps of a stretch at least, or a quarter of a season."""
NOISES = 4.0
"""Times the usual miss (median absolute deviation, as a standard deviation) that a shift is at least."""
AT_ONCE = 0.7
"""Share of the new distance that lies between the steps just before and just after."""
MAD_TO_DEVIATION = 1.4826


def settled(filled: Floats, season: int) -> Floats:
    """The values with a shift near their end taken out of what came before; the same array where there is
    none.
    """
    for seasons in WITHIN:
        found = _shift(filled, season, seasons * season)
        if found is not None:
            begins, by = found
            lifted = filled.copy()
            lifted[:begins] += by
            return lifted
    return filled


def _shift(filled: Floats, season: int, tail: int) -> tuple[int, float] | None:
    """(first step at the new level, by how much) of a shift within the last `tail` steps."""
    least, used = max(season // 4, LEAST), BEFORE * season
    if len(filled) < used + tail:
        return None
    recent = filled[-(used + tail) :]
    profile = np.median(recent[:used].reshape(BEFORE, season), axis=0)
    missed = recent - np.resize(profile, used + tail)
    by, usual = float(np.median(missed[-least:])), _deviation(missed[:used])
    if by == 0 or abs(by) < NOISES * usual:
        return None
    beyond = missed * np.sign(by) > abs(by) / 2
    length = int(np.argmin(beyond[::-1]))
    if not least <= length <= tail or longest(beyond[:-length]) > length // 3:
        return None
    around = min(length, season)
    after, before = missed[-length:][:around], missed[:-length][-around:]
    jump = float(np.median(after) - np.median(before))
    if jump * np.sign(by) < AT_ONCE * abs(by) or _deviation(after) * NOISES > abs(jump):
        return None
    return len(filled) - length, jump


def _deviation(values: Floats) -> float:
    """Median absolute deviation, as the standard deviation that a normal distribution with it has."""
    return float(np.median(np.abs(values - np.median(values)))) * MAD_TO_DEVIATION


def longest(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
