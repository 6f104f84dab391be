"""`python -m include.stack demo [--once] | up | down`: what `make demo`, `make up` and `make down` call."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from include.core.errors import WatchkeeperError
from include.stack import demo, live
from include.stack.stack import Stack


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when all is well, 1 with the reason on stderr, 130 after Ctrl-C."""
    asked = _parser().parse_args(arguments)
    end_on_signals()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        return _do(asked)
    except WatchkeeperError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped")
        return 0 if asked.command in ("demo", "serve") and not getattr(asked, "once", False) else 130


def end_on_signals() -> None:
    """Ctrl-C, SIGTERM and a closed terminal all end the same way: once, in order. While that goes on,
    further signals are ignored, so that nothing is left half stopped."""

    def end(number: int, frame: FrameType | None) -> None:
        for known in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(known, signal.SIG_IGN)
        print("\nstopping what was started ...", flush=True)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def _do(asked: argparse.Namespace) -> int:
    if asked.command == "down":
        live.down()
    elif asked.command == "up":
        live.up(asked.port)
    elif asked.command == "serve":
        live.serve(Stack(mode="live", port=asked.port))
    else:
        return _demo(asked)
    return 0


def _demo(asked: argparse.Namespace) -> int:
    os.environ.pop("WATCHKEEPER_POLICIES", None)  # the demo's estate goes with the repository's policy
    print("starting PostgreSQL, a simulated AWS and Airflow")
    with Stack(mode="demo", port=asked.port) as stack:
        well = demo.run(stack, once=asked.once)
        if not asked.once:
            live.keep(stack)
    print("stopped: nothing is left running")
    return 0 if well else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.stack", description="Watchkeeper on one machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, said in (
        ("demo", "the simulated AWS, from an empty lake to a pending sign-off"),
        ("up", "Airflow on a real AWS account, in the background"),
        ("serve", "the same in the foreground"),
        ("down", "stop what `up` started"),
    ):
        command = commands.add_parser(name, help=said)
        command.add_argument("--port", type=int, help="Airflow's; default: 8080, or the next free one")
    commands.choices["demo"].add_argument(
        "--once",
        action="store_true",
        help="sign off, prove the changes in AWS, stop; exit 0 only if all hold",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
