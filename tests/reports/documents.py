"""What a browser would make of a page of a report."""

import html
import re
from html.parser import HTMLParser

from include.reports import html as page


class Page(HTMLParser):
    """What a browser would make of it: elements with their attributes, and the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._silent = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._silent = tag if tag in {"script", "style"} else self._silent

    def handle_endtag(self, tag):
        self._silent = "" if tag == self._silent else self._silent

    def handle_data(self, data):
        if not self._silent:
            self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text))


def shape(page):
    """Elements with the names of their attributes; where a long name may wrap does not count."""
    return [(tag, sorted(attrs)) for tag, attrs in page.elements if tag != "wbr"]


def fetched(text: str) -> list[object]:
    """Whatever in the page would make a browser fetch something."""
    wrong: list[object] = re.findall(r"@import|url\((?!#)[^)]*", text)
    for tag, attrs in Page(text).elements:
        link = attrs.get("href") or attrs.get("xlink:href") or "#"
        sources = {"src", "srcset", "data", "action", "poster", "background"} & attrs.keys()
        foreign = re.match(r"[a-z]+:|//", link, re.IGNORECASE)
        if sources or foreign or tag in {"link", "iframe", "object", "embed", "base", "img"}:
            wrong.append((tag, attrs))
    return wrong


def assert_only_own_scripts_run(text: str) -> None:
    """The page's own policy names exactly the scripts it carries."""
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    hashes = re.findall(r"'sha256-[^']+'", html.unescape(policy))
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert hashes == [page.script_hash("theme.js"), page.script_hash("table.js")]
    assert hashes == [page.csp_source(script) for script in scripts]
    assert "script-src 'sha256-" in html.unescape(policy)
    assert "default-src 'none'" in html.unescape(policy)
