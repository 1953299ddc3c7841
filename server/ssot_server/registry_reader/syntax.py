"""Say in our words, and at the right place, why a text is not TOML."""

from __future__ import annotations

from collections.abc import Mapping

from ssot_rules.contract import Diagnostic
from ssot_rules.facts import Span

_SYNTAX_REMEDIES: Mapping[str, str] = {
    "Cannot overwrite a value": "this key is given twice; keep one of the two",
    "Duplicate inline table key": "this key is given twice; keep one of the two",
    "Cannot declare": "this table is given twice; merge the two",
    "Cannot mutate immutable namespace": "this adds to a value that is complete already; merge the two",
    "Cannot redefine namespace": "this adds to a table that is complete already; merge the two",
    "Invalid value": "this is no value; put strings in quotes, write booleans as true and false",
    "Illegal character '\\n'": "this string does not end; close its quotes",
    "Illegal character": "a control character cannot stand here; write it as an escape such as \\u0007",
    "Found invalid character": "a control character cannot stand here; remove it",
    "Escaped character": "this escape stands for no character; write another",
    "Exceeds the limit": "a number is too long; shorten it",
    "Unterminated string": "this string does not end; close its quotes",
    'Expected "\'"': "this string does not end; close its quotes",
    "Unclosed array": "this array does not end; close it with ]",
    "Unclosed inline table": "this table does not end; close it with }",
    "Expected ']": "this header does not end; close it as it was opened",
    "Expected '=' after a key": "this key has no value; write key = value",
    "Expected newline": "something follows the value; put strings in quotes, and each key on a line of its own",
    "Unescaped '\\' in a string": "a backslash begins an escape here; double it, or use single quotes",
    "Invalid statement": "this is no key, table or comment; write key = value, [table] or # comment",
}
"""Our words for the parser's, by how the parser's begin."""


_WHOLE_LINE = ("Cannot ", "Duplicate ")
"""How the parser begins where a line is wrong as a whole; it stops behind it."""


def syntax_problem(text: str, error: ValueError | RecursionError) -> Diagnostic:
    """The diagnostic for what the parser raised about `text`."""
    if isinstance(error, RecursionError):
        return Diagnostic(Span(0, 0), "not valid TOML: values are nested too deeply; write them flatter")
    said = str(getattr(error, "msg", error))
    ours = next((words for start, words in _SYNTAX_REMEDIES.items() if said.startswith(start)), said)
    row, column = getattr(error, "lineno", None), getattr(error, "colno", None)
    if row is None or column is None:
        return Diagnostic(Span(0, 0), f"not valid TOML: {ours}")
    lines = text.split("\n")
    if said.startswith("Invalid value") and not (lines[row - 1][column - 1 :] + "".join(lines[row:])).strip():
        ours = "the file ends where a value should stand; complete it"
    span = _line_span(lines, row - 1, 0 if said.startswith(_WHOLE_LINE) else column - 1)
    return Diagnostic(span, f"not valid TOML: {ours}")


def _line_span(lines: list[str], row: int, column: int) -> Span:
    """From a column to the end of its line; all of the line, or of the last one that holds anything, if that is empty.

    The parser counts in text whose \\r\\n have become \\n, so its rows and columns hold but its offsets do not.
    """
    while row > 0 and not lines[row].strip():
        row, column = row - 1, 0
    line = lines[row].rstrip()
    indent = len(line) - len(line.lstrip())
    start = sum(len(line) + 1 for line in lines[:row])
    return Span(start + (column if indent <= column < len(line) else indent), start + len(line))
