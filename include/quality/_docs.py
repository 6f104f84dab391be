"""Great Expectations' Data Docs, made to work without the internet and without scripts, with our own index.

Its pages load their looks and their index table from other people's servers; ours are read inside a login, by
auditors, on machines without a way out. So outside references are cut, and a small style sheet stands in.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader

from include.quality.verdicts import Judged

if TYPE_CHECKING:
    from include.quality._engine import Engine

_TEMPLATES = Path(__file__).with_name("templates")

_OUTSIDE = [
    re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE),
    re.compile(r"<(?:link|img)\b[^>]*\b(?:href|src)=[\"']https?://[^>]*>", re.IGNORECASE),
    re.compile(r"<a\b[^>]*\bhref=[\"']https?://[^>]*>.*?</a>", re.DOTALL | re.IGNORECASE),
    re.compile(r"background(?:-image)?:\s*url\([\"']?https?://[^;}]*;?", re.IGNORECASE),
]


def publish(engine: "Engine", verdicts: Mapping[str, Judged], folder: Path) -> None:
    """The site below `folder`: `index.html` for this snapshot, with links to those before it."""
    engine.build_docs(folder)
    style = (_TEMPLATES / "data_docs.css").read_text(encoding="utf-8")
    (folder / "static" / "watchkeeper.css").write_text(style, encoding="utf-8")
    judged = {page.parent.parent.parent.name: page for page in _validations(folder, engine.snapshot_id)}
    for page in [*judged.values(), *folder.glob("expectations/*.html")]:
        to_root = "../" * (len(page.relative_to(folder).parts) - 1)
        page.write_text(_offline(page.read_text(encoding="utf-8"), to_root), encoding="utf-8")
    own = f"snapshot-{engine.snapshot_id}.html"
    content = _index(
        snapshot_id=engine.snapshot_id,
        as_of=engine.as_of,
        verdicts=dict(sorted(verdicts.items())),
        pages={dataset: page.relative_to(folder).as_posix() for dataset, page in judged.items()},
        earlier=sorted({page.name for page in folder.glob("snapshot-*.html")} - {own}, reverse=True),
    )
    for name in (own, "index.html"):
        (folder / name).write_text(content, encoding="utf-8")


def _validations(folder: Path, snapshot_id: str) -> list[Path]:
    """`validations/<dataset>/<snapshot>/<time>/<page>.html`, as Great Expectations lays them out."""
    return [page for page in folder.glob("validations/*/*/*/*.html") if page.parts[-3] == snapshot_id]


def _offline(html: str, to_root: str) -> str:
    for outside in _OUTSIDE:
        html = outside.sub("", html)
    link = f'<link rel="stylesheet" href="{to_root}static/watchkeeper.css">'
    return html.replace("</head>", f"{link}</head>", 1)


def _index(**content: object) -> str:
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    return pages.get_template("data_docs.html").render(content)
