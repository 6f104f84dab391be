"""Runs every benchmark beside it and prints one table: what `make bench` calls. Exits 1 if one fails."""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from include.stack.tables import table

FOLDER = Path(__file__).parent
Row = tuple[str, str, object]


def figures(script: Path) -> list[Row]:
    """One row per figure of the JSON object that the script prints last."""
    ran = subprocess.run(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, check=False, cwd=FOLDER.parents[1]
    )
    if ran.returncode != 0:
        return [(script.stem, "FAILED", f"exit code {ran.returncode}")]
    found = json.loads(ran.stdout.strip().splitlines()[-1])
    return [(script.stem, name, value) for name, value in flat(found)]


def flat(found: object, prefix: str = "") -> list[tuple[str, object]]:
    """Nested figures by their dotted name."""
    if not isinstance(found, dict):
        return [(prefix, found)]
    return [
        row
        for name, value in found.items()
        for row in flat(value, f"{prefix}.{name}" if prefix else str(name))
    ]


def main() -> int:
    rows: list[Row] = []
    for script in sorted(FOLDER.glob("bench_*.py")):
        print(f"running {script.stem} ...", file=sys.stderr, flush=True)
        rows += figures(script)
    print(table(("benchmark", "figure", "value"), rows))
    return int(any(name == "FAILED" for _, name, _ in rows))


if __name__ == "__main__":
    sys.exit(main())
