"""A string that names something deprecated.

## What it does
Reports strings that lead to a deprecated path where they are references: targets of `mock.patch` and
`monkeypatch.setattr`, names for `getattr`, modules for `import_module`, tables of lazy imports, and settings, which
are dotted paths of at least two names that lead to something deprecated in the workspace. Text for readers is never a
finding: docstrings, messages, names of loggers. With `cross-references = true` under `[workspace]`, references in
docstrings and comments are findings, too: a Sphinx role such as ``:class:`app.engine.ExecutionEngine` ``, and
`[…][app.engine.ExecutionEngine]` in Markdown.

## Why is this bad?
The string breaks when the old path goes, and only when it is read: no import fails, and no search for import
statements finds it. A patch of the old path may already patch what nothing looks at.

## Example
```python
@patch("app.engine.ExecutionEngine.run")
def test_run(run): ...

@patch("app.views.ExecutionEngine")
def test_view(engine): ...
```
Use instead:
```python
@patch("app.user_engine.UserExecutionEngine.run")
def test_run(run): ...

@patch("app.views.UserExecutionEngine")
def test_view(engine): ...
```

## Fix safety
A patch acts on the module that it names. Where that is one that imports the name (`app.views`), the fix is that of
the import: it changes the import, the uses and all patches that name it, together. Where the string names the old
path itself, the fix is safe if both paths lead to the same object and only something of that object is patched or
looked up. It is unsafe where the name itself is patched in its old home, where another program may read the string,
and where a module is loaded by name.
"""

from __future__ import annotations

from collections.abc import Iterator

from ssot_rules.contract import Diagnostic, Rule, Severity
from ssot_rules.index import Index, Module
from ssot_rules.references import diagnostic, names, unwanted_references


def check(module: Module, index: Index) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every string that names something deprecated."""
    for reference in unwanted_references(module, index):
        if reference.string is not None:
            old, new = names(reference, index)
            yield diagnostic(reference, f"`{old}` is deprecated, use `{new}`", module, index)


RULE = Rule("SSOT106", "deprecated-string", Severity.WARNING, __doc__, check)
