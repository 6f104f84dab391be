"""Canonical JSON: one text for one content, so that a hash means the content and nothing else."""

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(content: Any) -> str:
    """Sorted keys, no white space, UTF-8 as it is (RFC 8785 in spirit; floats are refused by the models)."""
    return _ENCODER.encode(content)


def sha256(text: str) -> str:
    """Hexadecimal SHA-256 of the text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()
