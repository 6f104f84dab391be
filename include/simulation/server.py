"""The simulated AWS: moto's server on the loopback interface, with the estate seeded in it.

    python -m include.simulation.server --port 5555 [--seed 7] [--empty] [--corrupt ebs_volumes] [--allow-all]

Ready when `GET /watchkeeper-sim/health` answers 200. SIGTERM and SIGINT end it, with exit code 0.
Nothing is kept: each start is a new AWS.
"""

import argparse
import logging
import os
import signal
import threading
from collections.abc import Iterable, Sequence

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from include.simulation import corrupt, faithful
from include.simulation.app import Application
from include.simulation.estate import DENIED, resources
from include.simulation.faults import Fault
from include.simulation.manifest import Resource
from include.simulation.seed import seed

HOST = "127.0.0.1"


class Simulation:
    """The server and its estate, in this process: moto keeps its state per process, so there is only one.

    Elsewhere use `include.simulation.process.running`.
    """

    def __init__(self, port: int) -> None:
        """`port` 0: any free one. SystemExit, with a sentence, when it is taken."""
        faithful.install()
        self.app = Application(DomainDispatcherApplication(create_backend_app))
        self._server: BaseWSGIServer = make_server(
            HOST, port, self.app, threaded=True, request_handler=_Handler
        )
        self._thread = threading.Thread(target=self._server.serve_forever, name="simulated-aws", daemon=True)

    @property
    def endpoint(self) -> str:
        """What AWS_ENDPOINT_URL must be."""
        return f"http://{HOST}:{self._server.server_port}"

    def start(
        self, seeded: Iterable[Resource], number: int, faults: Sequence[Fault], spoiled: str | None
    ) -> None:
        """Serves, seeds, and only then says it is ready. `spoiled`: the dataset to corrupt."""
        self._thread.start()
        estate = seed(self.endpoint, seeded, number)
        if spoiled:
            corrupt.corrupt(spoiled)
        self.app.faults.add(*faults)
        self.app.ready(estate)

    def stop(self) -> None:
        """Ends the server and gives the port back."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(MotoRequestHandler):
    """moto's handler without a log line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: `/watchkeeper-sim/calls` counts."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs until it is told to end."""
    parser = argparse.ArgumentParser(prog="include.simulation.server", description="The simulated AWS.")
    parser.add_argument("--port", type=int, required=True, help=f"on {HOST}; 0: any free one")
    parser.add_argument("--seed", type=int, default=7, help="the same number gives the same ids")
    parser.add_argument("--empty", action="store_true", help="seed nothing")
    parser.add_argument("--allow-all", action="store_true", help="without the one refused API")
    parser.add_argument("--corrupt", choices=sorted(corrupt.DATASETS), help="spoil one dataset")
    asked = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    _safe_environment()
    simulation = Simulation(asked.port)
    faults = () if asked.empty or asked.allow_all else (DENIED,)
    simulation.start(() if asked.empty else resources(), asked.seed, faults, asked.corrupt)
    print(f"simulated AWS ready on {simulation.endpoint}", flush=True)
    ended.wait()
    simulation.stop()


def _safe_environment() -> None:
    """This process speaks to itself alone: no profile, proxy or endpoint of the user's may interfere."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "MOTO_ACCOUNT_ID", "HTTP_PROXY", "http_proxy"):
        os.environ.pop(name, None)
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"  # over a thousand public images, with their snapshots
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


if __name__ == "__main__":
    main()
