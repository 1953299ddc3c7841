"""A mistake in `ssot.toml`: its syntax, an unknown key, a value of the wrong type.

## What it does
Reports, at the key or value in question, what the registry's format does not allow, and how to put it right.

## Why is this bad?
A registry that cannot be read decides nothing. A running server keeps the last good registry in force until the
file is right again; the command line stops with exit status 2.

## Example
```toml
version = 1

[concepts.execution-engine]
cannonical = "app.user_engine.UserExecutionEngine"
```
Use instead:
```toml
version = 1

[concepts.execution-engine]
canonical = "app.user_engine.UserExecutionEngine"
```

## Fix safety
There is no fix; the message says what is allowed.
"""

from __future__ import annotations

from ssot_rules.contract import Rule, Severity

RULE = Rule("SSOT401", "invalid-registry", Severity.ERROR, __doc__)
