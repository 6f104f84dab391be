"""Drawings as inline SVG: made without a browser or a network, in the page's own colours.

Colours are CSS variables of the page (`--s1`, `--fail`, ...), so one drawing serves light and dark.
"""

import re
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

LONGEST_LABEL = 60
WIDE, NARROW = 600, 330
"""Widths in pixels, for a desktop and for a phone; the page shows the one that fits."""


class Chart(NamedTuple):
    """One chart at two widths; `title` and `description` are inside each SVG for assistive technology."""

    title: str
    description: str
    wide: str
    narrow: str


def drawable(text: str) -> str:
    """`text` as a label: without characters XML forbids, over which the drawing library ends the whole
    process, and cut, for it measures a long one for minutes. The tables hold the whole."""
    cut = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"
    return "".join(c if c.isprintable() else "·" for c in cut)


def drawn(
    title: str, description: str, draw: Callable[[int], dict[str, Any]], *, slug: str = "", wide: int = WIDE
) -> Chart:
    """`draw(width)` gives a Vega-Lite specification, its text `drawable`. `slug` is unique to the page."""
    slug = slug or re.sub(r"\W+", "-", title.lower())
    return Chart(
        title,
        description,
        _svg(draw(wide), title, description, f"{slug}-wide"),
        _svg(draw(NARROW), title, description, f"{slug}-narrow"),
    )


def _svg(chart: dict[str, Any], title: str, description: str, slug: str) -> str:
    """The drawing with a name and a description; ids made unique to the page and the same every time."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart)
    ids = {found: f"{slug}-{i}" for i, found in enumerate(dict.fromkeys(re.findall(r'id="([^"]+)"', drawn)))}
    for found, stable in ids.items():
        drawn = drawn.replace(f'id="{found}"', f'id="{stable}"').replace(f"url(#{found})", f"url(#{stable})")
    named = f'<svg role="img" aria-labelledby="{slug}-title {slug}-desc" '
    said = (
        f'<title id="{slug}-title">{escape(title)}</title><desc id="{slug}-desc">{escape(description)}</desc>'
    )
    drawn = re.sub(r"^<svg ", named, drawn, count=1)
    return re.sub(r"(<svg [^>]*>)", lambda found: found[1] + said, drawn, count=1)
