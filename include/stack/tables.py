"""Plain tables for a terminal, and for a log that keeps them."""

from collections.abc import Iterable, Sequence

WIDEST = 72


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns as wide as their widest cell, none over 72; numbers to the right."""
    texts = [[_cut(str(cell)) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(header), *texts]) for i in range(len(header))]
    lines = [_line(header, widths), "  ".join("-" * width for width in widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in texts)])


def pairs(rows: Iterable[tuple[str, object]]) -> str:
    """One fact per line."""
    known = [(name, str(value)) for name, value in rows]
    width = max(len(name) for name, _ in known)
    return "\n".join(f"  {name:<{width}}  {value}" for name, value in known)


def usd(amount: float | None) -> str:
    """A month's money; `unknown` is never shown as zero."""
    if amount is None:
        return "unknown"
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if _is_number(cell) else cell.ljust(width)
        for cell, width in zip(row, widths, strict=True)
    ]
    return "  ".join(cells).rstrip()


def _is_number(cell: str) -> bool:
    return cell.lstrip("-$").replace(",", "").replace(".", "", 1).isdigit()


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."
