"""Heads of the journal as the reports published them."""

import json
from pathlib import Path

from include.core.heads import Head


def published(folder: Path) -> tuple[list[Head], list[str]]:
    """The head in every `report.json` below `folder`, and a sentence for each report that tells none."""
    heads, problems = [], []
    for path in sorted(folder.glob("*/*/report.json")):
        where = f"report {path.parts[-3]}/{path.parts[-2]}"
        try:
            told = json.loads(path.read_text(encoding="utf-8"))["journal"]
            heads.append(Head(int(told["seq"]), str(told["head"]), where))
        except (ValueError, KeyError, TypeError) as error:
            problems.append(
                f"{where} holds no head of the journal ({type(error).__name__}: {path}): was it edited?"
            )
    return heads, problems
