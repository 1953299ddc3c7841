"""Why a fix is not safe, in words."""

import pytest

from harness import fix_titles

SAFE = "Use `app.new.New`"


def titles(old: str, new: str, use: str) -> list[str]:
    def indented(text: str) -> str:
        return "\n".join("    " + line for line in text.splitlines())

    return fix_titles(
        f"""
    #- ssot.toml
    [concepts.engine]
    canonical = "app.new.New"
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    #- app/__init__.py
    #- app/new.py
{indented(new)}
    #- app/old.py
{indented(old)}
    #- app/use.py
{indented(use)}
    """
    )


USE = "from app.old import Old\n"


@pytest.mark.parametrize(
    ("old", "new", "use", "reason"),
    [
        # calls
        ("class Old: ...", "class New: ...", "Old()", None),
        ("class Old: ...", "class New:\n    def __init__(self, a): ...", "Old()", "`New` requires `a`"),
        ("class Old: ...", "class New:\n    def __init__(self, a=1): ...", "Old()", None),
        ("class Old: ...", "class New: ...", "Old(1)", "`New` takes no positional arguments, a call passes 1"),
        ("class Old: ...", "class New:\n    def __init__(self, a): ...", "Old(registry=1)", "`New` takes no `registry`"),
        ("class Old: ...", "class New:\n    def __init__(self, a): ...", "Old(1, a=1)", "`New` gets `a` by position already"),
        ("class Old: ...", "class New:\n    def __init__(self, a, *, b): ...", "Old(1, b=2)", None),
        ("class Old: ...", "class New:\n    def __init__(self, *a, **k): ...", "Old(1, 2, b=2)", None),
        ("class Old: ...", "class New:\n    def __init__(self, a, /): ...", "Old(a=1)", "`New` takes no `a`"),
        (
            "class Old:\n    def __init__(self, a, b): ...",
            "class New:\n    def __init__(self, b, a): ...",
            "Old(1, 2)",
            "`New` takes `b` where a call passes `a` by position",
        ),
        (
            "class Old:\n    def __init__(self, a, b): ...",
            "class New:\n    def __init__(self, b, a): ...",
            "Old(a=1, b=2)",
            None,
        ),
        (
            "class Old:\n    def __init__(self, a, b): ...",
            "class New:\n    def __init__(self, a, c, b=1): ...",
            "Old(1, 2)",
            "`New` takes `c` where a call passes `b` by position",
        ),
        (
            "class Old:\n    def __init__(self, a, b): ...",
            "class New:\n    def __init__(self, one, two): ...",
            "Old(1, 2)",
            None,
        ),
        ("class Old: ...", "class New:\n    def __init__(self, a): ...", "Old(*x)", "a call of `New` unpacks arguments"),
        ("class Old: ...", "class Base:\n    def __init__(self, a): ...\nclass New(Base): ...", "Old(1)", None),
        (
            "class Old: ...",
            "class Base:\n    def __init__(self, a): ...\nclass New(Base): ...",
            "Old()",
            "`New` requires `a`",
        ),
        ("class Old: ...", "class New:\n    def __new__(cls, a): ...", "Old()", "`New` requires `a`"),
        (
            "from dataclasses import dataclass\n@dataclass\nclass Old: ...",
            "from dataclasses import dataclass\n@dataclass\nclass New:\n    a: int\n    b: int = 2",
            "Old(1)",
            None,
        ),
        (
            "from dataclasses import dataclass\n@dataclass\nclass Old: ...",
            "from dataclasses import dataclass\n@dataclass\nclass New:\n    a: int\n    b: int = 2",
            "Old()",
            "`New` requires `a`",
        ),
        ("class Old: ...", "import x\nclass New(x.Base): ...", "Old()", "the signature of `New` cannot be told"),
        ("class Old: ...", "class New(metaclass=Meta): ...", "Old()", "the signature of `New` cannot be told"),
        # kinds
        ("def Old(): ...", "class New: ...", "Old()", "`Old` is a function, `New` a class"),
        ("Old = 1", "New = 1", "print(Old)", "`New` may have another value than `Old`"),
        ("def Old(a): ...", "def New(a, b=1): ...", "Old(1)", None),
        ("def Old(a): ...", "def New(b): ...", "print(Old)", "`New` is passed on, and not all its calls are in sight"),
        ("def Old(a): ...", "async def New(a): ...", "Old(1)", "`New` is called differently"),
        # members
        ("class Old: ...", "class New:\n    limit = 1", "Old.limit", None),
        ("class Old:\n    def run(self): ...", "class New: ...", "x: Old", "`New` has no `run`"),
        ("class Old:\n    def _run(self): ...", "class New: ...", "x: Old", None),
        ("class Old:\n    def run(self): ...", "class New:\n    def run(self, a): ...", "x: Old", "`New.run` is called differently"),
        ("class Old:\n    def run(self): ...", "class New:\n    async def run(self): ...", "x: Old", "`New.run` is called differently"),
        ("class Old:\n    def run(self): ...", "class New:\n    run = 1", "x: Old", "`New.run` is called differently"),
        ("class Old:\n    def run(self): ...", "class B:\n    def run(self): ...\nclass New(B): ...", "x: Old", None),
        ("class Old:\n    def f(self): self.a = 1", "class New:\n    def f(self): self.b = 1", "x: Old", "`New` has no `a`"),
        # roles
        ("class Old: ...", "class New: ...", "class C(Old): ...", "a subclass may rely on what it inherits, and `New` is another class"),
        ("class Old: ...", "class New: ...", "isinstance(x, Old)", "the check would ask for another class, `New`"),
        ("class Old: ...", "class New: ...", "x: Old[int]", "`New` cannot be subscripted"),
        ("class Old: ...", "class New(Generic[T]): ...", "x: Old[int]", None),
        # the same object needs no proof
        ("from app.new import New as Old", "class New: ...", "class C(Old): ...\nisinstance(x, Old)\nOld(*x)", None),
        ("from app.new import New\nOld = New", "class New: ...", "class C(Old): ...", None),
        # cycles
        (
            "class Old: ...",
            "import app.use\nclass New: ...",
            "Old()",
            "`app.new` imports `app.use`: the new import would close a cycle",
        ),
        ("class Old: ...", "def f():\n    import app.use\nclass New: ...", "Old()", None),
        # a file that does not parse
        ("from app.new import New as Old", "class New: ...", "x = (Old", "a statement that speaks of it does not parse, so uses may be missed"),
        ("from app.new import New as Old", "class New: ...", "class C: ...\nx = (", None),
    ],
)  # fmt: skip
def test_reason(old, new, use, reason):
    (title,) = titles(old, new, USE + use)
    assert title == (SAFE if reason is None else f"{SAFE} (unsafe: {reason})")


def test_what_lies_outside_the_workspace_cannot_be_compared():
    (title,) = fix_titles(
        """
    #- ssot.toml
    [concepts.enum]
    canonical = "enum.Enum"
    [[concepts.enum.deprecated]]
    path = "app.Enum"
    #- app.py
    class Enum: ...
    #- use.py
    from app import Enum
    """
    )
    assert title == "Use `enum.Enum` (unsafe: `enum.Enum` is outside the workspace and cannot be compared)"


def test_a_replacement_that_does_not_exist_has_no_fix():
    assert titles("class Old: ...", "", USE + "Old()") == []


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        ("from app.old import Old", "`Old` is the name of the canonical `app.other.Old`"),
        ("from app.old import Plain as Old", "`Old` is the name of the canonical `app.other.Old`"),
        ("from app.old import Old as Mine", None),
        ("try:\n    from app.other import Old\nexcept ImportError:\n    from app.old import Old", None),
        ("def f():\n    from app.old import Old\n    return locals()", None),
    ],
)
def test_the_name_of_another_canonical_is_given_to_nothing_else(use, reason):
    """To keep the old name would be a finding of its own, SSOT202; `other` names `Old` in a string, so it is kept."""
    (title,) = fix_titles(
        f"""
#- ssot.toml
[concepts.engine]
canonical = "app.new.New"
[[concepts.engine.deprecated]]
path = "app.old.Old"
[[concepts.engine.deprecated]]
path = "app.old.Plain"
[concepts.other]
canonical = "app.other.Old"
#- app/__init__.py
#- app/new.py
class New: ...
#- app/old.py
from app.new import New as Old
from app.new import New as Plain
#- app/other.py
class Old: ...
getattr(app.use, "Old")
#- app/use.py
{use}
Old, Mine = globals()
"""
    )
    assert title == (SAFE if reason is None else f"{SAFE} (unsafe: {reason})")


def test_a_package_imports_the_modules_that_it_names():
    (title,) = fix_titles(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.new.New"
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    #- app/__init__.py
    #- app/new.py
    import kit
    class New: ...
    #- app/old.py
    from app.new import New as Old
    #- kit/__init__.py
    from . import use
    #- kit/use.py
    from app.old import Old
    """
    )
    assert title == f"{SAFE} (unsafe: `app.new` imports `kit.use`: the new import would close a cycle)"


def test_a_path_that_is_a_module_and_a_function():
    (title,) = fix_titles(
        """
    #- ssot.toml
    [concepts.refine]
    canonical = "app.refine"
    [[concepts.refine.deprecated]]
    path = "app.refine.refine"
    #- app/__init__.py
    from .refine import refine
    #- app/refine.py
    import os
    class Refined: ...
    def refine(): ...
    #- use.py
    from app.refine import refine
    """
    )
    assert title.startswith("Use `app.refine` (unsafe: ")


def test_a_package_that_others_expect_to_fail_for_what_it_lacks():
    """They speak of a module that is not there, so of none that is changed."""
    (title,) = fix_titles(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.new.New"
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    #- app/__init__.py
    from app.gone import Old
    #- app/new.py
    class New: ...
    #- use.py
    try:
        from app.gone import Gone
    except ImportError:
        Gone = None
    """
    )
    assert title == "Import `app.new.New` (unsafe: `use` is prepared for `app` to fail)"
