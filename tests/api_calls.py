"""Every call to AWS that Watchkeeper's code makes in a test: which IAM action, and who made it.

botocore itself tells, through a handler that every session of the process gets; the frames below the call
tell who. Calls that tests and the simulation make for themselves are left out. Each process appends to a file
of its own in the folder that the environment names, so that workers, and programs tests start, are heard too.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import botocore.handlers

from tests.iam_names import iam_actions

ENVIRONMENT = "RECORDED_API_CALLS"
ROOT = Path(__file__).parents[1]
OURS = {name: f"{ROOT / name}{os.sep}" for name in ("include", "dags", "plugins", "tests")}
SIMULATION = f"{ROOT / 'include' / 'simulation'}{os.sep}"
ACTIONS = "include.aws.act."


class Made(NamedTuple):
    """One call, the first of its kind."""

    by: str
    """Who declares it: `collector ebs_volumes`, `action ec2.stop_instance`, `module include.aws.alarms`."""
    action: str
    """`ec2:DescribeVolumes`."""
    reading: bool
    """Not from an action's `act`."""
    where: str
    """The line that made it: `include/aws/collect/ebs.py:24`."""
    task: str | None
    """The Airflow task it was made in, if any: `change.apply`."""
    role: str | None
    """sts:AssumeRole: the role's name."""


def install() -> None:
    """From now on this process's sessions are listened to; nothing happens unless the environment asks."""
    folder = os.environ.get(ENVIRONMENT)
    if folder and not any(name == _EVENT and getattr(do, "listens", 0) for name, do, *_ in _handlers()):
        _handlers().append((_EVENT, _Listener(Path(folder))))


def read(folder: Path) -> set[Made]:
    """What all processes have told so far."""
    lines = [line for path in folder.rglob("*.jsonl") for line in path.read_text().splitlines()]
    return {Made(*json.loads(line)) for line in lines}


_EVENT = "before-parameter-build"


def _handlers() -> list[Any]:
    return botocore.handlers.BUILTIN_HANDLERS


class _Listener:
    listens = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: set[Made] = set()

    def __call__(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        frames = list(_ours(sys._getframe(1)))
        if not frames or _is_test(frames[0]):
            return
        by, reading = _responsible(frames)
        where = f"{Path(frames[0].f_code.co_filename).relative_to(ROOT)}:{frames[0].f_lineno}"
        task = os.environ.get("AIRFLOW_CTX_TASK_ID")
        role = str(params["RoleArn"]).rpartition("/")[2] if "RoleArn" in params else None
        for action in iam_actions(model.service_model.signing_name, model.name, params):
            self._note(Made(by, action, reading, where, task, role))

    def _note(self, made: Made) -> None:
        if made not in self._known:
            self._known.add(made)
            with (self._folder / f"{os.getpid()}.jsonl").open("a") as file:
                file.write(json.dumps(made) + "\n")


def _ours(frame: FrameType | None) -> Iterator[FrameType]:
    """The repository's own frames, innermost first."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(tuple(OURS.values())):
            yield frame
        frame = frame.f_back


def _is_test(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith((OURS["tests"], SIMULATION))


def _responsible(frames: list[FrameType]) -> tuple[str, bool]:
    """The collector or the action that was asked, else the module; and whether it was asked to read."""
    from include.aws.collect._collector import Collector

    for frame in reversed(frames):
        if frame.f_code is Collector.__call__.__code__:
            return f"collector {frame.f_locals['self'].dataset}", True
        name = _module(frame)
        if name.startswith(ACTIONS) and "._" not in name:
            within = [one.f_code.co_name for one in frames if _module(one) == name]
            return f"action {name.removeprefix(ACTIONS)}", "act" not in within
    return f"module {_module(frames[0])}", True


def _module(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename).relative_to(ROOT).with_suffix("")
    return ".".join(path.parts)
