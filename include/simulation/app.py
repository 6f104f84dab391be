"""The WSGI application: the simulation's own endpoints and faults, then moto.

| path | |
| --- | --- |
| `GET /watchkeeper-sim/health` | counts; 503 until the estate is seeded |
| `GET /watchkeeper-sim/truth` | expected verdicts and look-alikes, with AWS's ids |
| `GET /watchkeeper-sim/capacity` | expected outlooks with the hour the limit is reached, and look-alikes |
| `GET /watchkeeper-sim/ids` | AWS's id of every logical name |
| `GET, POST, DELETE /watchkeeper-sim/faults` | list, add (one or a list), clear |
| `GET /watchkeeper-sim/calls` | how often each API was called, by account, region and assumed role |
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from include.simulation import capacity, truth
from include.simulation.calls import identify
from include.simulation.estate import DENIED, resources
from include.simulation.faults import Fault, Faults
from include.simulation.seed import Estate

PREFIX = "/watchkeeper-sim/"
ONE_OR_MORE: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])
Environ = dict[str, Any]
Respond = Callable[..., Any]
Reply = tuple[int, Any]


class Application:
    """moto behind our faults. `estate` is None until `ready` has been called."""

    def __init__(self, moto: Callable[[Environ, Respond], Iterable[bytes]]) -> None:
        self.faults = Faults()
        self._moto = moto
        self._estate: Estate | None = None

    def ready(self, estate: Estate) -> None:
        """From now on the health endpoint says so."""
        self._estate = estate

    def __call__(self, environ: Environ, start_response: Respond) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            return _send(start_response, *self._own(environ, path.removeprefix(PREFIX)))
        call = identify(environ)
        struck = self.faults.strike(call) if call else None
        if struck is not None:
            start_response(struck.status, struck.headers)
            return [struck.body]
        return self._moto(environ, start_response)

    def _own(self, environ: Environ, name: str) -> Reply:
        method = environ["REQUEST_METHOD"]
        if name == "faults" and method in {"POST", "DELETE"}:
            return self._change_faults(environ, method)
        answers: dict[str, Callable[[Estate], Any]] = {
            "health": self._health,
            "truth": self._truth,
            "capacity": _capacity,
            "ids": lambda estate: estate.ids,
            "faults": lambda _: [fault.model_dump() for fault in self.faults.listed()],
            "calls": lambda _: self.faults.calls(),
        }
        if method != "GET" or name not in answers:
            return 404, {"error": f"no {method} {PREFIX}{name}; there are: {', '.join(sorted(answers))}"}
        if self._estate is None:
            return 503, {"ready": False}
        return 200, answers[name](self._estate)

    def _health(self, estate: Estate) -> dict[str, Any]:
        counts: dict[str, int] = {}
        for resource in resources():
            counts[resource.kind] = counts.get(resource.kind, 0) + (resource.name in estate.ids)
        return {
            "ready": True,
            "seeded_at": estate.seeded_at.isoformat(),
            "seed": estate.number,
            "resources": len(estate.ids),
            "by_kind": counts,
        }

    def _truth(self, estate: Estate) -> dict[str, Any]:
        if not estate.ids:
            return {"expected": [], "look_alikes": []}
        denied = DENIED in self.faults.listed()
        return {
            "expected": [row._asdict() for row in truth.truth(estate.ids, denied=denied)],
            "look_alikes": [row._asdict() for row in truth.look_alikes(estate.ids)],
        }

    def _change_faults(self, environ: Environ, method: str) -> Reply:
        if method == "DELETE":
            self.faults.clear()
            return 200, []
        try:
            body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
            added = ONE_OR_MORE.validate_python(body if isinstance(body, list) else [body])
        except (json.JSONDecodeError, ValidationError) as error:
            return 400, {"error": f"expected a fault or a list of faults as JSON: {error}"}
        self.faults.add(*added)
        return 200, [fault.model_dump() for fault in self.faults.listed()]


def _capacity(estate: Estate) -> dict[str, Any]:
    if not estate.ids:
        return {"expected": [], "look_alikes": []}
    return {
        "expected": [row._asdict() for row in capacity.capacity_truth(estate)],
        "look_alikes": [row._asdict() for row in capacity.look_alikes(estate)],
    }


def _send(start_response: Respond, status: int, content: Any) -> list[bytes]:
    body = json.dumps(content, indent=1, default=str).encode()
    names = {200: "OK", 400: "Bad Request", 404: "Not Found", 503: "Service Unavailable"}
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status} {names[status]}", headers)
    return [body]
