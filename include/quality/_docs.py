"""Great Expectations' Data Docs, made to work without the internet and without scripts, with our own index.

Its pages load their looks and their index table from other people's servers; ours are read inside a login, by
auditors, on machines without a way out. So outside references are cut, and a small style sheet stands in.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
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


KEPT = 60
"""Snapshots whose pages are kept: two months of daily runs."""


def publish(engine: "Engine", verdicts: Mapping[str, Judged], folder: Path) -> None:
    """The site below `folder`: `index.html` for this snapshot, with links to those before it.

    Built aside and copied in whole: Great Expectations would clear away the pages of earlier snapshots.
    """
    with TemporaryDirectory() as aside:
        site = Path(aside)
        engine.build_docs(site)
        _make_offline(site)
        shutil.copytree(site, folder, dirs_exist_ok=True)
    before = sorted({_snapshot_of(page) for page in folder.glob("snapshot-*.html")} - {engine.snapshot_id})
    for snapshot_id in before[: -KEPT + 1]:
        _forget(folder, snapshot_id)
    content = _index(
        snapshot_id=engine.snapshot_id,
        as_of=engine.as_of,
        verdicts=dict(sorted(verdicts.items())),
        pages={
            page.parts[-4]: page.relative_to(folder).as_posix() for page in _pages(folder, engine.snapshot_id)
        },
        earlier=reversed(before[-KEPT + 1 :]),
    )
    for name in (f"snapshot-{engine.snapshot_id}.html", "index.html"):
        (folder / name).write_text(content, encoding="utf-8")


def _pages(folder: Path, snapshot_id: str) -> list[Path]:
    """`validations/<dataset>/<run>/<time>/<page>.html`, as Great Expectations lays them out."""
    return sorted(folder.glob(f"validations/*/{run_name(snapshot_id)}/*/*.html"))


def run_name(snapshot_id: str) -> str:
    """What its pages call the run, and the folder they are in. Not the bare id: Great Expectations tries to
    read a name as a time, and one that ends in four digits as its offset, which may be none."""
    return f"snapshot_{snapshot_id}"


def _snapshot_of(page: Path) -> str:
    return page.stem.removeprefix("snapshot-")


def _forget(folder: Path, snapshot_id: str) -> None:
    (folder / f"snapshot-{snapshot_id}.html").unlink()
    for pages in folder.glob(f"validations/*/{run_name(snapshot_id)}"):
        shutil.rmtree(pages)


def _make_offline(site: Path) -> None:
    style = (_TEMPLATES / "data_docs.css").read_text(encoding="utf-8")
    (site / "static" / "watchkeeper.css").write_text(style, encoding="utf-8")
    for page in site.rglob("*.html"):
        to_root = "../" * (len(page.relative_to(site).parts) - 1)
        page.write_text(_offline(page.read_text(encoding="utf-8"), to_root), encoding="utf-8")


def _offline(html: str, to_root: str) -> str:
    for outside in _OUTSIDE:
        html = outside.sub("", html)
    head = f'<link rel="stylesheet" href="{to_root}static/watchkeeper.css"></head>'
    back = f'<body><p class="back"><a href="{to_root}index.html">Data Docs</a></p>'
    return html.replace("</head>", head, 1).replace("<body>", back, 1)


def _index(**content: object) -> str:
    pages = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    return pages.get_template("data_docs.html").render(content)
