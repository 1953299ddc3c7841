from __future__ import annotations

from ssot_server.lsp.requests.hover import plain


def test_markdown_for_editors_that_show_plain_text() -> None:
    markdown = (
        "# `Engine`\n\n**Deprecated**: see [the docs](https://example.org/x) and [https://e.org](https://e.org)\n"
        "```python\nfrom a import B\n```\n"
    )
    assert plain(markdown) == (
        "Engine\n\nDeprecated: see the docs (https://example.org/x) and https://e.org\nfrom a import B\n"
    )
