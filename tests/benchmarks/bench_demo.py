"""Fresh clone to the first pending sign-off: seconds, as one JSON line.

    python tests/benchmarks/bench_demo.py [--cold]

Clones the last commit to a temporary folder and runs `make demo` there, as a new user would. `--cold`:
with empty package caches, so that every package is downloaded.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKS = {
    "installed": re.compile(r"^starting PostgreSQL"),
    "up": re.compile(r"^up after "),
    "first pending sign-off": re.compile(r"^first pending sign-off "),
}
LIMIT_SECONDS = 1800


def environment(temporary: Path, *, cold: bool) -> dict[str, str]:
    """The caller's, without this project's; cold: with package caches of its own, empty."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WATCHKEEPER_")}
    caches = {"UV_CACHE_DIR": str(temporary / "uv"), "PIP_CACHE_DIR": str(temporary / "pip")}
    return kept | (caches if cold else {})


def seconds_to_marks(lines: Iterator[str], began: float) -> dict[str, float]:
    """When each mark was first seen, in seconds since `began`."""
    seen: dict[str, float] = {}
    for line in lines:
        for name, mark in MARKS.items():
            if name not in seen and mark.match(line):
                seen[name] = round(time.monotonic() - began, 1)
        if len(seen) == len(MARKS) or time.monotonic() - began > LIMIT_SECONDS:
            return seen
    return seen


def measure(*, cold: bool) -> dict[str, object]:
    """Seconds from `git clone` to each mark."""
    with tempfile.TemporaryDirectory(prefix="watchkeeper-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user under root
        began = time.monotonic()
        clone = Path(folder) / "watchkeeper"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        demo = subprocess.Popen(
            ["make", "demo"],
            cwd=clone,
            env=environment(Path(folder), cold=cold),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert demo.stdout is not None
        said: list[str] = []
        try:
            seen = seconds_to_marks((said.append(line) or line for line in demo.stdout), began)
        finally:
            os.killpg(demo.pid, signal.SIGINT)
            rest, _ = demo.communicate(timeout=120)
    if "first pending sign-off" not in seen:
        raise SystemExit("the demo did not reach a pending sign-off:\n" + "".join(said) + rest)
    packages = "none" if cold else "all"
    return {"packages cached": packages, **{f"{name}, s": value for name, value in seen.items()}}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cold", action="store_true", help="download every package")
    print(json.dumps(measure(cold=parser.parse_args().cold)))
