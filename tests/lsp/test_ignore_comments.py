from __future__ import annotations

import pytest

from ssot_server.lsp.ignore_comments import ignore_comment

CODE = "SSOT101"


def silenced(text: str) -> str | None:
    """The text with the finding at `@` silenced."""
    offset = text.index("@")
    text = text.replace("@", "")
    edit = ignore_comment("a.py", text, offset, CODE)
    if edit is None:
        return None
    return text[: edit.span.start] + edit.content + text[edit.span.end :]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from a import @B\n", "from a import B  # ssot: ignore[SSOT101]\n"),
        ("from a import @B", "from a import B  # ssot: ignore[SSOT101]"),
        ("from a import @B  \t\n", "from a import B  # ssot: ignore[SSOT101]\n"),
        ("x\r\n@B\r\ny\r\n", "x\r\nB  # ssot: ignore[SSOT101]\r\ny\r\n"),
        ("x\r@B\ry", "x\rB  # ssot: ignore[SSOT101]\ry"),
        ("\f@B\n", "\fB  # ssot: ignore[SSOT101]\n"),
        ("@B  # why\n", "B  # why  # ssot: ignore[SSOT101]\n"),
        ("@B  # ssot: ignore[SSOT105]\n", "B  # ssot: ignore[SSOT105, SSOT101]\n"),
        ("@B  # ssot: ignore[SSOT105] -- old\n", "B  # ssot: ignore[SSOT105, SSOT101] -- old\n"),
        ("@B  # ssot: ignore[]\n", "B  # ssot: ignore[SSOT101]\n"),
        ('@B("# ssot: ignore[SSOT105]")\n', 'B("# ssot: ignore[SSOT105]")  # ssot: ignore[SSOT101]\n'),
        ("from a import (\n    @B,\n)\n", "from a import (\n    B,  # ssot: ignore[SSOT101]\n)\n"),
        ("def f(:\n    @B\n", "def f(:\n    B  # ssot: ignore[SSOT101]\n"),
    ],
)
def test_at_the_end_of_the_line(before: str, after: str) -> None:
    assert silenced(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "if x:\n    from @a import \\\n        B\n",
            "if x:\n    # ssot: ignore[SSOT101]\n    from a import \\\n        B\n",
        ),
        ('@B("""\ntext\n""")\n', '# ssot: ignore[SSOT101]\nB("""\ntext\n""")\n'),
        ('@B(f"""\n{x}\n""")\n', '# ssot: ignore[SSOT101]\nB(f"""\n{x}\n""")\n'),
        ('y\r\n@B("""\r\n""")', 'y\r\n# ssot: ignore[SSOT101]\r\nB("""\r\n""")'),
    ],
)
def test_above_a_line_whose_end_takes_no_comment(before: str, after: str) -> None:
    assert silenced(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "@B  # ssot: ignore[SSOT101]\n",
        "x = \\\n  @B \\\n  + 1\n",
        'x = """\n@B\n"""\n',
    ],
)
def test_where_no_comment_helps(text: str) -> None:
    assert silenced(text) is None
