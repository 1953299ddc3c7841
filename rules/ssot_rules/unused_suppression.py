"""An ignore comment that silences nothing.

## What it does
Reports the codes in `# ssot: ignore[...]`, `# ssot: ignore-file[...]` and `# noqa: ...` comments that silence no
finding: there is none (any more), there is no such rule, or the registry says that no comment silences it
(`[suppressions] never`). Codes of other tools are left alone, and so are those of rules that are off.

## Why is this bad?
A comment that was left behind hides the next finding at that place, which nobody has looked at.

## Example
```python
from app.user_engine import UserExecutionEngine  # ssot: ignore[SSOT101] -- until March
```
Use instead:
```python
from app.user_engine import UserExecutionEngine
```

## Fix safety
The fix takes the codes out of the comment, and the comment away with the last one. It is safe: it changes no code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from functools import partial

from ssot_rules.comments import without_codes
from ssot_rules.contract import Diagnostic, Fix, Rule, Severity
from ssot_rules.facts import Suppression
from ssot_rules.index import Index, Module

_OURS = "SSOT"


def unused(
    module: Module, index: Index, used: Set[tuple[int, str]], judged: Collection[str], rules: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every comment with codes that silence nothing.

    `used` are the comments, by their number, and codes that silenced something. `judged` are the codes of the rules
    that have said all that they have to say of the module; `rules` gives the code of each rule by code and name.
    """
    for number, comment in enumerate(module.facts.suppressions):
        idle = [code for code in comment.codes if _is_idle(code, number, used, judged, rules)]
        if (idle or not comment.codes) and _is_certain(module, index):
            gone = frozenset(idle)
            yield Diagnostic(comment.span, _message(idle, rules), repair=partial(_repair, module, comment, gone))


def _is_idle(
    code: str, number: int, used: Set[tuple[int, str]], judged: Collection[str], rules: Mapping[str, str]
) -> bool:
    known = rules.get(code)
    if known is None:
        return code.startswith(_OURS)
    return known in judged and (number, known) not in used


def _is_certain(module: Module, index: Index) -> bool:
    """Whether there can be no finding that was not found: the workspace is known, and the file parses."""
    return index.is_complete and module.facts.problem is None


def _message(idle: list[str], rules: Mapping[str, str]) -> str:
    if not idle:
        return "this comment names no rule, so it silences nothing: write `# ssot: ignore[CODE] -- why`, or remove it"
    listed = ", ".join(f"`{code}`" for code in idle)
    unknown = [code for code in idle if code not in rules]
    if unknown:
        return f"{listed} {_silence(idle)} nothing here: there is no rule {', '.join(f'`{code}`' for code in unknown)}"
    return f"{listed} {_silence(idle)} nothing here: remove {'it' if len(idle) == 1 else 'them'}"


def _silence(codes: list[str]) -> str:
    return "silences" if len(codes) == 1 else "silence"


def _repair(module: Module, comment: Suppression, gone: frozenset[str], _: Index) -> Fix | None:
    edit = without_codes(module, comment, gone)
    title = "Remove the comment" if gone.issuperset(comment.codes) else f"Remove {', '.join(sorted(gone))}"
    return None if edit is None else Fix(title, (edit,))


RULE = Rule("SSOT901", "unused-suppression", Severity.WARNING, __doc__)
