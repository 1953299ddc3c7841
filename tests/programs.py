"""Random programs over a small workspace: every form that binds a name, with every form that uses one.

The names are few, so that they get into each other's way. What a program does it prints, and it never prints what
a class is called: so what it prints must not change when a safe fix puts one class in the place of another.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import textwrap
import types
from collections.abc import Iterator, Mapping
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import Any

from hypothesis import strategies as st

REGISTRY = """
version = 1
[concepts.engine]
canonical = "app.new.New"
[[concepts.engine.deprecated]]
path = "app.old.Old"
[[concepts.engine.deprecated]]
path = "app.legacy.Legacy"
[[concepts.engine.deprecated]]
path = "app.old.old_helper"
use = "app.new.helper"
[[concepts.engine.deprecated]]
path = "app.old.LIMIT"
use = "app.new.Unit.LIMIT"
[[concepts.engine.deprecated]]
path = "app.new.New.old_run"
use = "app.new.New.run"
[concepts.configuration]
canonical = "app.conf"
[[concepts.configuration.deprecated]]
path = "app.oldconf"
"""
_CLASS = """
class {name}:
    size = 1
    shape = "a"
    def run(self, x=1):
        return x + 1
    @classmethod
    def create(cls):
        return cls()
"""
FIXED = {
    "app/__init__.py": "",
    "app/new.py": _CLASS.format(name="New")
    + "    def old_run(self, x=1):\n        return x + 1\n"
    + "def helper(x=1):\n    return x * 2\nclass Unit:\n    LIMIT = 3\n",
    "app/old.py": "from app.new import New as Old, Unit, helper as old_helper\nLIMIT = Unit.LIMIT\nOther = 1\n",
    "app/legacy.py": _CLASS.format(name="Legacy"),
    "app/conf.py": "size = 4\ndef load(x=1):\n    return x + 4\n",
    "app/oldconf.py": "from app.conf import load, size\n",
}
CHANGING = ("app/face.py", "app/case.py", "app/user.py")
"""The files that are made up, in the order of their imports."""

_NAMES = ["Old", "New", "Legacy", "old", "m", "A", "helper", "LIMIT", "Unit", "conf", "app"]
names = st.sampled_from(_NAMES)
_OLD = {
    "class": ["app.old.Old", "app.legacy.Legacy", "app.new.New"],
    "function": ["app.old.old_helper", "app.oldconf.load", "app.new.helper"],
    "value": ["app.old.LIMIT", "app.oldconf.size", "app.old.Other"],
}
kinds = st.sampled_from(["class", "class", "class", "function", "value"])


@st.composite
def imports(draw: st.DrawFn, kind: str, home: str | None = None) -> tuple[str, str]:
    """A statement that imports something of a kind, and how it is reached then."""
    module, _, name = draw(st.sampled_from(_OLD[kind])).rpartition(".")
    short = module.rpartition(".")[2]
    alias = draw(names)
    other = draw(st.sampled_from(["Other", "LIMIT as limit", "old_helper"])) if short == "old" else ""
    forms = [
        (f"from {module} import {name}", name),
        (f"from {module} import {name} as {alias}", alias),
        (f"from .{short} import {name}", name),
        (f"from {module} import (\n    {name},  # one\n)", name),
        (f"from {module} import *", name),
        (f"import {module}", f"{module}.{name}"),
        (f"import app\nimport {module}", f"{module}.{name}"),
        (f"import {module}\nimport app.conf", f"{module}.{name}"),
        (f"import {module} as {alias}", f"{alias}.{name}"),
        (f"from app import {short}", f"{short}.{name}"),
        (f"from . import {short} as {alias}", f"{alias}.{name}"),
        (f"from app import conf, {short}", f"{short}.{name}"),
        (f"try:\n    from {module} import {name}\nexcept ImportError:\n    {name} = None", name),
        (f"if print:\n    from {module} import {name}\nelse:\n    {name} = None", name),
        (f"if print:\n    import {module}\nelse:\n    from app.conf import load as app", f"{module}.{name}"),
    ]
    if other:
        forms += [
            (f"from {module} import {name}, {other}", name),
            (f"from {module} import (\n    {other},\n    {name} as {alias},\n)", alias),
        ]
    if home is not None:
        forms += [
            (f"from app.{home} import {alias}", alias),
            (f"from app.{home} import *", alias),
            (f"import app.{home}", f"app.{home}.{alias}"),
            (f"from app import {home} as {name}", f"{name}.{alias}"),
        ]
    return draw(st.sampled_from(forms))


@st.composite
def rebindings(draw: st.DrawFn, reached: str) -> tuple[str, str]:
    """Statements that give what is reached another name, or nothing, and how it is reached then."""
    name, other = draw(names), draw(names)
    forms = [
        ("", reached),
        ("", reached),
        (f"{name} = {reached}", name),
        (f"{name}: object = {reached}", name),
        (f"{name}, {other} = {reached}, {reached}", name),
        (f"[{name}, B] = {reached}, 1", name),
        (f"{name} = {other} = {reached}", other),
        (f"if ({name} := {reached}):\n    pass", name),
        (f"for {name} in [{reached}]:\n    pass", name),
        (f"{name} = {reached} if print else None", name),
        (f"class Box:\n    {name} = {reached}", f"Box.{name}"),
        (f"box = {{'k': {reached}}}", "box['k']"),
        (f"{name} = [{reached} for {name} in [1]][0]", name),
    ]
    return draw(st.sampled_from(forms))


_USES = {
    "class": [
        "print({0}().run())",
        "print({0}.size, {0}.create().run(2))",
        "print(isinstance({0}(), {0}), isinstance(1, ({0}, int)))",
        "print([{0}().run(x) for x in [1, 2] if {0}.size])",
        "print((lambda y={0}: y().run())(), (lambda {1}: {0}.size)(1))",
        'print(f"{{{0}.size}} {{{0}().run():>{{{0}.size}}}} {{{{{0}}}}}")',
        'print(f"{{{0}.size=}}")',
        'print(len("{0}"))',
        "class Mine({0}):\n    pass\nprint(Mine().run(), issubclass(Mine, {0}))",
        "class Mine({0}):\n    def run(self):\n        return super().run() + 1\nprint(Mine().run())",
        'def f(x: {0}, y: "{0}" = None) -> "list[{0}]":\n    return x\nprint(f(1), len(f.__annotations__))',
        "def f({1}, x={0}):\n    return x().run(), {1}\nprint(f(5))",
        "match {0}():\n    case {0}(size=1) as x:\n        print(x.run())\n    case _:\n        print('other')",
        "try:\n    raise ValueError\nexcept ({0}, ValueError):\n    print('caught')",
        "print({{'a': {0}}}['a']().run())",
        "print(getattr({0}, 'size'))",
        "def f():\n    {1} = 7\n    return {0}().run(), {1}\nprint(f())",
        "def f():\n    global {1}\n    {1} = {0}().run()\n    return {1}\nprint(f())",
        "def f():\n    {1} = 1\n    def g():\n        nonlocal {1}\n        {1} = {0}().run()\n    g()\n    return {1}\nprint(f())",
        "class Box:\n    {1} = 1\n    x = {0}().run()\n    def f(self):\n        return {0}.size\nprint(Box.x, Box().f())",
        "class Box:\n    x: {0}\n    y = {0}.size\nprint(Box.y)",
        "x = None  # type: {0}\nprint(x)",
        'import typing\nprint(typing.cast("{0}", 1), typing.TypeVar("T", bound="{0}").__name__)',
        'from typing import Optional\nprint(bool(Optional["{0}"]), bool(Optional[{0}]))',
        "print({0}.old_run({0}(), 2) if hasattr({0}, 'old_run') else 0)",
        "f = {0}.run\nprint(f({0}(), 3))",
        "{0}.size = 2\nprint({0}.size)",
        "print(type({0}()) is {0}, {0} in (1, {0}))",
        "import functools\nprint(functools.partial({0})().run())",
        "print([{1} for {1} in [{0}.size]], {{{1}: {0}.size for {1} in [1]}})",
        "async def f():\n    return [{0}.size async for _ in g()]\nprint(f.__name__)",
        "print(sum(({1} := {0}.size) for _ in [1]), {1})",
    ],
    "function": [
        "print({0}(2))",
        "print(list(map({0}, [1, 2])))",
        "print({0}(x=3))",
        "def f({1}):\n    return {0}({1})\nprint(f(1))",
        "print([{0}({1}) for {1} in [1]])",
        "@{0}\ndef f():\n    pass",
        "@(lambda g: {0}(2))\ndef f():\n    pass\nprint(f)",
    ],
    "value": [
        "print({0})",
        "print({0} + 1, [{0}, *[{0}]])",
        'print(f"{{{0}}}")',
        "def f(x={0}):\n    {1} = 2\n    return x, {1}\nprint(f())",
        "match 3:\n    case 3 if {0}:\n        print('yes')",
    ],
}
_CLUTTER = [
    "{1} = 5",
    "print({1})",
    "def f():\n    return {1}",
    "def {1}():\n    return 6\nprint({1}())",
    "class {1}:\n    size = 9\nprint({1}.size)",
    "try:\n    print({1}.size)\nexcept (NameError, AttributeError):\n    print('none')",
    "from app.conf import load as {1}\nprint({1}(1))",
    "from app.new import New\nprint(New.size)",
    "from app.new import *",
    "import app.new\nprint(app.new.New.size)",
    "print('{1}' in globals())",
    "for {1} in [1]:\n    print({1})",
    "import app.oldconf\nprint(app.oldconf.load())",
    "from app import oldconf\nprint(oldconf.load(), oldconf.size)",
    "import app.oldconf as {1}\nprint({1}.load())",
    "from app.oldconf import *\nprint(load())",
    "if False:\n    from app.old import Old as {1}",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from app.old import Old\ndef f(x: 'Old'): ...",
]
_WRAPS = [
    "{0}",
    "{0}",
    "{0}",
    "def g():\n{1}\ng()",
    "def g({2}=1):\n{1}\ng()",
    "class Outer:\n{1}",
    "class Outer:\n    def g(self):\n{3}\nOuter().g()",
    "def g():\n    def h():\n{3}\n    h()\ng()",
    "if print:\n{1}\nelse:\n    {2} = 1",
    "try:\n{1}\nexcept Exception as error:\n    print(type(error).__name__)",
]


@st.composite
def chunks(draw: st.DrawFn, home: str | None = None) -> str:
    """Some statements that bind and use one thing."""
    kind = draw(kinds)
    statement, reached = draw(imports(kind, home))
    rebound, reached_then = draw(rebindings(reached))
    uses = []
    for _ in range(draw(st.integers(1, 2))):
        use = draw(st.sampled_from(_USES[kind]))
        is_change = "{0}.size = 2" in use  # nobody can follow what values are changed through
        uses.append(use.format(draw(st.sampled_from([reached, reached if is_change else reached_then])), draw(names)))
    clutter = [draw(st.sampled_from(_CLUTTER)).format("", draw(names)) for _ in range(draw(st.integers(0, 1)))]
    wrap = draw(st.sampled_from(_WRAPS))
    if draw(st.booleans()):  # the import outside, the rest within
        return f"{statement}\n{_wrapped(wrap, [*clutter, rebound, *uses], draw(names))}"
    return _wrapped(wrap, [statement, *clutter, rebound, *uses], draw(names))


def _wrapped(wrap: str, statements: list[str], name: str) -> str:
    text = "\n".join(filter(None, statements))
    if "{0}" not in wrap:
        text = text.replace("import *", "import Other")  # a star may stand in the module alone
    return wrap.format(text, textwrap.indent(text, "    "), name, textwrap.indent(text, "        "))


@st.composite
def programs(draw: st.DrawFn) -> dict[str, str]:
    """The texts of the files that are made up."""
    face = "\n".join(draw(imports(draw(kinds)))[0] for _ in range(draw(st.integers(1, 2))))
    if draw(st.booleans()):
        face += f"\n__all__ = [{draw(names)!r}]"
    case = "\n".join(draw(st.lists(chunks("face"), min_size=1, max_size=3)))
    user = draw(chunks("case"))
    return dict(zip(CHANGING, (f"{face}\n", f"{case}\n", f"{user}\n"), strict=True))


# -- running them -------------------------------------------------------------------------------------------------


class _Sources(MetaPathFinder, InspectLoader):
    """Imports modules from texts."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        place = fullname.replace(".", "/")
        for file, is_package in ((f"{place}/__init__.py", True), (f"{place}.py", False)):
            if file in self.files:
                return ModuleSpec(fullname, self, origin=file, is_package=is_package)
        return None

    def get_source(self, fullname: str) -> str:
        spec = self.find_spec(fullname)
        assert spec is not None
        assert spec.origin is not None
        return self.files[spec.origin]


@contextlib.contextmanager
def _importable(files: Mapping[str, str]) -> Iterator[None]:
    finder = _Sources(files)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
            del sys.modules[name]


_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where in memory an object is, which is another place in every run."""


def run(files: Mapping[str, str]) -> tuple[str, dict[str, dict[str, str]]]:
    """Run a program: what it prints, and what the names of its modules mean afterwards."""
    printed = io.StringIO()
    meanings = {}
    with _importable(files), contextlib.redirect_stdout(printed):
        for file in CHANGING:
            name = file.removesuffix(".py").replace("/", ".")
            try:
                __import__(name)
            except Exception as error:  # noqa: BLE001
                print(name, type(error).__name__)  # its message may hold a name that changes
            else:
                meanings[file] = {key: _meaning(value) for key, value in vars(sys.modules[name]).items()}
    return _ADDRESS.sub("", printed.getvalue()), meanings


def _meaning(value: object) -> str:
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, (type, types.FunctionType)):
        return f"{value.__module__}.{value.__qualname__}"
    return repr(value) if isinstance(value, (int, str)) else type(value).__name__
