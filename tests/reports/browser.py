"""A headless Chromium that reaches nothing but what a test hands it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
]
WIDTHS = (1280, 390)


@contextmanager
def chromium() -> Iterator[Callable[..., BrowserContext]]:
    """Makes contexts (windows with their own cookies and size); closes them all."""
    if _CHROMIUM is None:
        pytest.skip("no Chromium on PATH: the look of the pages cannot be tested here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_QUIET)

        def context(**options: object) -> BrowserContext:
            made = browser.new_context(**options)  # type: ignore[arg-type]
            made.set_default_timeout(10_000)
            return made

        yield context
        browser.close()


def serve(context: BrowserContext, answer: Callable[[str], tuple[int, dict[str, str], bytes]]) -> list[str]:
    """Answer every request of `context` by `answer(path)`; returns the list of addresses asked for."""
    asked: list[str] = []

    def fulfil(route: Route) -> None:
        asked.append(route.request.url)
        path = "/" + route.request.url.split("/", 3)[3]
        status, headers, body = answer(path)
        route.fulfill(status=status, headers=headers, body=body)

    context.route("**/*", fulfil)
    return asked


def complaints(page: Page) -> list[str]:
    """What the browser complains of from now on: script errors, refused inline code, missing files."""
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
