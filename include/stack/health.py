"""Whether the parts are ready: asked over HTTP, never assumed from a delay."""

import time
from collections.abc import Callable, Iterable, Sequence

import httpx

from include.stack.errors import StackError
from include.stack.service import Service

PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
POLL_SECONDS = 0.2


def airflow_ready(url: str) -> list[str]:
    """Which parts of Airflow are not healthy yet; `api-server` when it does not answer at all."""
    answer = _get(f"{url}/api/v2/monitor/health")
    if answer is None or not answer.is_success:
        return ["api-server"]
    health = answer.json()
    return [part for part in PARTS if health.get(part, {}).get("status") != "healthy"]


def simulation_ready(endpoint: str) -> list[str]:
    """`simulated AWS` until its estate is seeded."""
    answer = _get(f"{endpoint}/watchkeeper-sim/health")
    return [] if answer is not None and answer.is_success else ["simulated AWS"]


def wait(
    missing: Callable[[], list[str]],
    services: Iterable[Service],
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until nothing is missing. StackError as soon as a service dies, or after `seconds`."""
    watched: Sequence[Service] = list(services)
    deadline = clock() + seconds
    while lacking := missing():
        for service in watched:
            service.check()
        if clock() > deadline:
            raise StackError(
                f"not ready after {seconds:.0f} s: {', '.join(lacking)}. Last lines of the logs:\n"
                + "\n".join(f"  {service.name} ({service.log})\n{service.tail(8)}" for service in watched)
            )
        pause(POLL_SECONDS)


def _get(address: str) -> httpx.Response | None:
    try:
        return httpx.get(address, timeout=10, trust_env=False)
    except httpx.TransportError:
        return None
