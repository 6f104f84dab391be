"""Text that AWS sends and nobody can keep: NUL and lone surrogates, which JSON can spell.

PostgreSQL, Delta and UTF-8 refuse both, so one such tag value would stop a whole target or plan. They become
U+FFFD, the replacement character, before anything of ours sees them. XML cannot carry them.
"""

import re
from typing import Any

SPELT = re.compile(rb"\\u(?:0000|d[89a-f])", re.IGNORECASE)
"""How JSON writes them; a surrogate may belong to a proper pair, so what was parsed decides."""
UNKEPT = re.compile("[\x00\ud800-\udfff]")


def replace_unkept(client: Any) -> Any:
    """`client`, whose answers hold neither from now on."""
    client.meta.events.register("after-call", _clean)
    return client


def _clean(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
    """Costs one search of the raw bytes unless something is found."""
    if not model.has_streaming_output and SPELT.search(getattr(http_response, "content", None) or b""):
        parsed.update(_kept(parsed))


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return UNKEPT.sub("\ufffd", value)
    if isinstance(value, list):
        return [_kept(one) for one in value]
    if isinstance(value, dict):
        return {_kept(key): _kept(one) for key, one in value.items()}
    return value
