"""Tables in task logs: what was read, found and decided."""

import logging
from collections.abc import Iterable, Sequence

log = logging.getLogger("watchkeeper")


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]], *, limit: int = 50) -> None:
    """Log `rows` as an aligned table, one log line a row, so that the UI's log view can be searched."""
    cells = [[line(value) for value in row] for row in rows]
    heads, shown = [line(name) for name in header], cells[:limit]
    widths = [max(len(row[i]) for row in [heads, *shown]) for i in range(len(heads))]
    log.info("%s (%d)", line(title), len(cells))
    for row in [heads, ["-" * width for width in widths], *shown]:
        log.info(
            "  %s", "  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip()
        )
    if len(cells) > limit:
        log.info("  ... and %d more: see the report", len(cells) - limit)


def line(value: object, limit: int = 80) -> str:
    """One line of at most `limit` printable characters: hostile names must not forge log lines."""
    text = "unknown" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)
    clean = "".join(c if c.isprintable() else "·" for c in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
