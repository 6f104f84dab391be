"""Many series at once: one process and thread per core."""

import multiprocessing
import operator
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice

from include.domains.capacity.forecasting.engine import forecast
from include.domains.capacity.forecasting.shapes import Forecast, Series, Settings, unknown

CHUNK = 8
"""Series per message to a worker: few enough that none waits for a slow neighbour."""
AHEAD = 3
"""Chunks per worker that wait: what is held in memory beside the results."""
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "STAN_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)

Chunk = list[Series]
Progress = Callable[[int, int], None]


def forecast_all(
    many: Iterable[Series],
    horizon: int,
    *,
    workers: int,
    progress: Progress | None = None,
    settings: Settings = Settings(),  # noqa: B008
) -> Iterator[Forecast]:
    """A Forecast for every series, in their order; one that fails is UNKNOWN with the reason.

    Args:
        many: read as workers become free, so that it may be longer than memory.
        workers: processes, started anew (never forked: polars and a fork do not agree). 1: this process.
        progress: called with (done, of how many) after each chunk; 0 of how many where `many` does not tell.
    """
    total = operator.length_hint(many, 0)
    done = 0
    chunks = _chunks(iter(many))
    made = _here(chunks, horizon, settings) if workers <= 1 else _pooled(chunks, horizon, settings, workers)
    for results in made:
        done += len(results)
        if progress is not None:
            progress(done, total)
        yield from results


def _chunks(many: Iterator[Series]) -> Iterator[Chunk]:
    while chunk := list(islice(many, CHUNK)):
        yield chunk


def _here(chunks: Iterator[Chunk], horizon: int, settings: Settings) -> Iterator[list[Forecast]]:
    """The same without processes; a thread, so that what a series raises is its answer here as well."""
    with ThreadPoolExecutor(1) as alone:
        for chunk in chunks:
            yield [_answer(series, alone.submit(_some, [series], horizon, settings)) for series in chunk]


def _some(chunk: Chunk, horizon: int, settings: Settings) -> list[Forecast]:
    return [forecast(series, horizon, settings) for series in chunk]


def _pooled(
    chunks: Iterator[Chunk], horizon: int, settings: Settings, workers: int
) -> Iterator[list[Forecast]]:
    """Results in order, `AHEAD` chunks per worker on their way."""
    with _Pool(workers) as pool:
        waiting: deque[tuple[Chunk, Future[list[Forecast]]]] = deque()
        for chunk in chunks:
            waiting.append((chunk, pool.send(chunk, horizon, settings)))
            if len(waiting) >= AHEAD * workers:
                yield _settled(pool, *waiting.popleft(), horizon, settings)
        while waiting:
            yield _settled(pool, *waiting.popleft(), horizon, settings)


def _settled(
    pool: "_Pool", chunk: Chunk, sent: "Future[list[Forecast]]", horizon: int, settings: Settings
) -> list[Forecast]:
    """The chunk's results; when it failed, each series again alone, and UNKNOWN for the one that fails."""
    error = sent.exception()
    if error is None:
        return sent.result()
    return [_answer(series, pool.send([series], horizon, settings)) for series in chunk]


def _answer(series: Series, sent: "Future[list[Forecast]]") -> Forecast:
    """Its forecast, or what it raised, or that it took its process with it."""
    error = sent.exception()
    return sent.result()[0] if error is None else unknown(series.key, f"{type(error).__name__}: {error}")


class _Pool:
    """Worker processes; a fresh set after one of them was killed."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers, mp_context=multiprocessing.get_context("spawn"), initializer=one_thread
        )

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self._executor.shutdown(cancel_futures=True)

    def send(self, chunk: Chunk, horizon: int, settings: Settings) -> "Future[list[Forecast]]":
        try:
            return self._executor.submit(_some, chunk, horizon, settings)
        except BrokenProcessPool:
            self._executor.shutdown(cancel_futures=True)
            self._executor = self._start()
            return self._executor.submit(_some, chunk, horizon, settings)


def one_thread() -> None:
    """One thread per process: in libraries that are loaded, and in those that will be."""
    from threadpoolctl import threadpool_limits

    os.environ.update(dict.fromkeys(THREADS, "1"))
    threadpool_limits(1)
