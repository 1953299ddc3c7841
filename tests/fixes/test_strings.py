"""What the fix makes of every way in which a string names something deprecated.

Each situation is some files before and after a fix. What stands before the first `#-` is `test_views.py`; below
`--` stand the files that the safe fixes change, below `!!` what speaks against a safe fix and the files that all fixes
change. The registry and the other files are the same for all.
"""

import re
import tempfile
from pathlib import Path

import pytest

from harness import Workspace, fixed_files, split_files, without_short_cut
from ssot_server.engine import Engine

WORKSPACE = """
#- ssot.toml
[workspace]
cross-references = true
[concepts.engine]
canonical = "app.new.New"
[[concepts.engine.deprecated]]
path = "app.old.Old"
[[concepts.engine.deprecated]]
path = "app.old.old_helper"
use = "app.new.helper"
[[concepts.engine.deprecated]]
path = "app.old.Moved"
use = "app.new.Moved"
[[concepts.engine.deprecated]]
path = "app.old.Wrapped"
use = "app.new.Other"
[[concepts.engine.deprecated]]
path = "app.new.Before"
[concepts.table]
canonical = "app.new.TABLE"
[[concepts.table.deprecated]]
path = "app.old.OLD_TABLE"
[[concepts.table.deprecated]]
path = "app.old.NUMBER"
use = "app.new.Numbers.ONE"
[concepts.conf]
canonical = "app.conf"
[[concepts.conf.deprecated]]
path = "app.oldconf"
[concepts.top]
canonical = "app.conf.load"
[[concepts.top.deprecated]]
path = "oldtop"
use = "app.conf"
#- app/__init__.py
#- app/new.py
class New:
    def run(self): ...
Before = New
def helper(x): ...
class Moved: ...
class Other:
    def run(self): ...
TABLE = {}
class Numbers:
    ONE = 1
#- app/old.py
from app.new import New as Old, TABLE as OLD_TABLE, Moved, Numbers, helper as old_helper
NUMBER = Numbers.ONE
class Wrapped:
    def run(self): ...
    def stop(self): ...
#- app/conf.py
LIMIT = 1
def load(): ...
#- app/oldconf.py
from app.conf import *
#- oldtop.py
from app.conf import *
"""

VIEWS = """
#- app/views.py
from app.old import Old
def view(): return Old()
"""
FIXED_VIEWS = """
#- app/views.py
from app.new import New
def view(): return New()
"""

SITUATIONS = r'''
## a patch follows the import of the module that it names
@patch("app.views.Old")
def test(): ...
VIEWS
--
@patch("app.views.New")
def test(): ...
FIXED VIEWS

## a patch of a method follows, too
@patch("app.views.Old.run")
def test(): ...
VIEWS
--
@patch("app.views.New.run")
def test(): ...
FIXED VIEWS

## a patch by keyword
with mock.patch(new=1, target="app.views.Old"): ...
VIEWS
--
with mock.patch(new=1, target="app.views.New"): ...
FIXED VIEWS

## pytest-mock
def test(mocker): mocker.patch("app.views.Old", return_value=None)
VIEWS
--
def test(mocker): mocker.patch("app.views.New", return_value=None)
FIXED VIEWS

## monkeypatch with a path
def test(monkeypatch):
    monkeypatch.setattr("app.views.Old", 1)
    monkeypatch.setattr("app.views.Old.run", 1, raising=False)
    monkeypatch.delattr("app.views.Old")
VIEWS
--
def test(monkeypatch):
    monkeypatch.setattr("app.views.New", 1)
    monkeypatch.setattr("app.views.New.run", 1, raising=False)
    monkeypatch.delattr("app.views.New")
FIXED VIEWS

## monkeypatch with a module and a name
from app import views
def test(monkeypatch):
    monkeypatch.setattr(views, "Old", 1)
    monkeypatch.delattr(views, "Old")
VIEWS
--
from app import views
def test(monkeypatch):
    monkeypatch.setattr(views, "New", 1)
    monkeypatch.delattr(views, "New")
FIXED VIEWS

## patch.object
import app.views
@mock.patch.object(app.views, "Old")
@mock.patch.object(target=app.views, attribute="Old")
def test(): ...
VIEWS
--
import app.views
@mock.patch.object(app.views, "New")
@mock.patch.object(target=app.views, attribute="New")
def test(): ...
FIXED VIEWS

## patch.object of a class that a module imports
import app.views
@mock.patch.object(app.views.Old, "run")
def test(): ...
VIEWS
--
from app.new import New
@mock.patch.object(New, "run")
def test(): ...
#- app/views.py
from app.new import New as Old
def view(): return Old()

## getattr, setattr and hasattr
from app import views
getattr(views, "Old"); hasattr(views, "Old"); setattr(views, "Old", 1)
VIEWS
--
from app import views
getattr(views, "New"); hasattr(views, "New"); setattr(views, "New", 1)
FIXED VIEWS

## patches in several files change together
@patch("app.views.Old")
def test(): ...
#- tests/test_more.py
with patch('app.views.Old') as old: ...
VIEWS
--
@patch("app.views.New")
def test(): ...
#- tests/test_more.py
with patch('app.views.New') as old: ...
FIXED VIEWS

## a patch in the file itself
#- app/views.py
from app.old import Old
def view(): return Old()
def test():
    with patch("app.views.Old"): view()
--
#- app/views.py
from app.new import New
def view(): return New()
def test():
    with patch("app.views.New"): view()

## a patch follows a function
@patch("app.views.old_helper")
def test(): ...
#- app/views.py
from app.old import old_helper
old_helper(1)
--
@patch("app.views.helper")
def test(): ...
#- app/views.py
from app.new import helper
helper(1)

## a name that only moves leaves the patch as it is
@patch("app.views.Moved")
def test(): ...
#- app/views.py
from app.old import Moved
--
#- app/views.py
from app.new import Moved

## an alias leaves the patch as it is
@patch("app.views.Engine")
def test(): ...
#- app/views.py
from app.old import Old as Engine
--
#- app/views.py
from app.new import New as Engine

## an alias by assignment
@patch("app.views.Engine")
def test(): ...
#- app/views.py
from app.old import Old
Engine = Old
--
#- app/views.py
from app.new import New
Engine = New

## an alias of an attribute
@patch("app.views.Engine")
def test(): ...
#- app/views.py
from app import old
Engine = old.Old
--
#- app/views.py
from app.new import New
Engine = New

## through a package that passes the name on
@patch("app.face.Old")
def test(): ...
#- app/face/__init__.py
from app.old import Old
--
#- app/face/__init__.py
from app.new import New as Old

## a module that is imported under its own name
@patch("app.views.oldconf.LIMIT", 2)
def test(): ...
#- app/views.py
from app import oldconf
oldconf.load()
!! others may reach it here, by import or by a string, and `app.conf` is another
@patch("app.views.conf.LIMIT", 2)
def test(): ...
#- app/views.py
from app import conf
conf.load()

## a string of which nobody knows what it is for keeps the name
TARGET = "app.views.Old"
@patch(TARGET)
def test(): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## an f-string keeps the name
MODULE = "app.views"
@patch(f"{MODULE}.Old")
def test(): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a sum keeps the name
@patch(MODULE + ".Old")
def test(): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a format keeps the name
@patch("%s.Old" % MODULE)
@patch("{}.Old".format(MODULE))
def test(): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a string in two pieces keeps the name
@patch("app.views."
       "Old")
def test(): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a list of targets keeps the name
for target in ["app.views.Old", "app.views.view"]:
    patch(target).start()
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a comparison keeps the name
def test(target): assert target == "app.views.Old"
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## an attribute of who knows what keeps the name
def test(module): patch.object(module, "Old")
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## an attribute of another module does not
import app.conf
def test(): patch.object(app.conf, "Old", create=True)
VIEWS
--
FIXED VIEWS

## patch.multiple keeps the name, which it passes on as an argument
@patch.multiple("app.views", Old=DEFAULT)
def test(Old): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## the module has the new name already: a patch must not reach more than before
@patch("app.views.Old")
def test(): ...
#- app/views.py
from app.new import New
from app.old import Old
def view(): return Old(), New()
--
#- app/views.py
from app.new import New
from app.new import New as Old
def view(): return Old(), New()

## the new name is patched already
@patch("app.views.Old")
@patch("app.views.New", create=True)
def test(): ...
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a constant that became an attribute stays, because a patch of it would be felt everywhere
@patch("app.views.NUMBER", 2)
def test(): ...
#- app/views.py
from app.old import NUMBER
x = NUMBER
--
(unchanged)

## a patch that another module's import must not lose
@patch("app.views.Old")
def test(): ...
#- app/urls.py
from app.views import Old
VIEWS
--
#- app/urls.py
from app.new import New
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a method is patched at its old path
@patch("app.old.Old.run")
def test(): ...
--
@patch("app.new.New.run")
def test(): ...

## a dict is patched at its old path
@patch.dict("app.old.OLD_TABLE", {1: 2}, clear=True)
def test(): ...
--
@patch.dict("app.new.TABLE", {1: 2}, clear=True)
def test(): ...

## the method of another class is patched at its old path
@patch("app.old.Wrapped.run")
def test(): ...
!! who looks it up as `app.old.Wrapped.run` would no longer be patched, and who does as `app.new.Other.run` would be
@patch("app.new.Other.run")
def test(): ...

## a method that the replacement lacks
@patch("app.old.Wrapped.stop")
def test(): ...
!! `app.new.Other` has no `stop`
@patch("app.new.Other.stop")
def test(): ...

## the name itself is patched where it was defined
@patch("app.old.Old")
def test(): ...
!! who looks it up as `app.old.Old` would no longer be patched, and who does as `app.new.New` would be
@patch("app.new.New")
def test(): ...

## an old name beside the new one
@patch("app.new.Before")
@patch("app.new.Before.run")
def test(): ...
!! who looks it up as `app.new.Before` would no longer be patched, and who does as `app.new.New` would be
@patch("app.new.New")
@patch("app.new.New.run")
def test(): ...

## the name itself, and who looks it up when it is called
@patch("app.old.Old")
def test(): ...
#- app/views.py
def view():
    from app.old import Old
    return Old()
!! some code seems to patch `Old` where it is
@patch("app.new.New")
def test(): ...
#- app/views.py
def view():
    from app.new import New
    return New()

## a patch of a module's name, and who looks it up when it is called
@patch("app.oldconf.load")
def test(): ...
#- app/views.py
from app import oldconf
def view(): oldconf.load()
!! some code seems to patch `load` where it is
@patch("app.conf.load")
def test(): ...
#- app/views.py
from app import conf
def view(): conf.load()

## a name of a deprecated module
import app.oldconf
patch.object(app.oldconf, "load")
!! the module itself is passed on, and `app.conf` is another
import app.conf
patch.object(app.conf, "load")

## the attribute of a module that stays
import app.old
getattr(app.old, "Old")
--
(unchanged)

## a module is imported by name
from importlib import import_module
import_module("app.oldconf")
!! `app.conf` is another module, and what is read from it is not in sight
from importlib import import_module
import_module("app.conf")

## a module is imported by name, relative to a package
import_module(".oldconf", "app"); import_module(".oldconf", package="app"); import_module("..oldconf", "app.face")
!! `app.conf` is another module, and what is read from it is not in sight
import_module(".conf", "app"); import_module(".conf", package="app"); import_module("..conf", "app.face")

## a module is imported by name, relative to its own package
#- app/views.py
from importlib import import_module
import_module(".oldconf", __package__)
!! `app.conf` is another module, and what is read from it is not in sight
#- app/views.py
from importlib import import_module
import_module(".conf", __package__)

## a module without a package
__import__("oldtop"); import_module("oldtop.load"); patch("oldtop.load")
!! `app.conf` is another module, and what is read from it is not in sight
__import__("app.conf"); import_module("app.conf.load"); patch("app.conf.load")

## the table of loaded modules
sys.modules["app.oldconf"] = None
patch.dict("sys.modules", {"app.oldconf": None})
monkeypatch.setitem(sys.modules, "app.oldconf", None)
!! what reads the string is not in sight
sys.modules["app.conf"] = None
patch.dict("sys.modules", {"app.conf": None})
monkeypatch.setitem(sys.modules, "app.conf", None)

## settings
MIDDLEWARE = ["app.old.Old", "app.oldconf.load"]
ENGINE = "app.old.Old"
HANDLERS = {"class": "app.old.Old", "app.old.Old": 1}
Field(default="app.old:Old", factory=import_string("app.old:Old.run"))
!! what reads the string is not in sight
MIDDLEWARE = ["app.new.New", "app.conf.load"]
ENGINE = "app.new.New"
HANDLERS = {"class": "app.new.New", "app.new.New": 1}
Field(default="app.new:New", factory=import_string("app.new:New.run"))

## a setting that goes through a module
ENGINE = "app.views.Old"
VIEWS
--
#- app/views.py
from app.new import New as Old
def view(): return Old()

## a constant that became an attribute, in a setting
ENGINE = "app.old:NUMBER"
!! what reads the string is not in sight
ENGINE = "app.new:Numbers.ONE"

## a table of lazy imports: the name and its module
#- app/face/__init__.py
_LAZY = {"Moved": "app.old", "Rest": "app.old.rest"}
def __getattr__(name): return getattr(import_module(_LAZY[name]), name)
!! how the table is read is not in sight
#- app/face/__init__.py
_LAZY = {"Moved": "app.new", "Rest": "app.old.rest"}
def __getattr__(name): return getattr(import_module(_LAZY[name]), name)

## a table of lazy imports: the name, its module and what it is called there
#- app/face/__init__.py
_LAZY = {"Old": ("app.old", "Old"), "Moved": ("..old", "Moved"), "Else": ("app.old", "Numbers")}
def __getattr__(name): ...
!! how the table is read is not in sight
#- app/face/__init__.py
_LAZY = {"Old": ("app.new", "New"), "Moved": ("..new", "Moved"), "Else": ("app.old", "Numbers")}
def __getattr__(name): ...

## a table of lazy imports: the module and its names
#- app/face/__init__.py
_LAZY = {"app.old": ["Moved"]}
def __getattr__(name): ...
!! how the table is read is not in sight
#- app/face/__init__.py
_LAZY = {"app.new": ["Moved"]}
def __getattr__(name): ...

## a table whose module has other names as well
#- app/face/__init__.py
_LAZY = {"app.old": ["Moved", "Numbers"]}
def __getattr__(name): ...
--
(unchanged)

## a dict that is no table
NAMES = {"Moved": "app.old", "app.old": ["Moved"], "x": ("app.old", "Moved")}
--
(unchanged)

## texts for readers
"""app.old.Old"""
logging.getLogger("app.oldconf").info("app.old.Old")
print("app.old.Old"); "app.old.Old".split("."); x == "app.old.Old"; f"{x} app.old.Old"
raise ValueError("app.old.Old")
LOGGERS = {"app.oldconf": {"level": "DEBUG"}}
@task(name="app.old.Old")
def f(): tasks["app.old.Old"]
NAME = "Old"
PATH = "app/old/Old app.old.Old"
--
(unchanged)

## cross-references
"""See :class:`app.old.Old`, :meth:`~app.old.Old.run`, :class:`Old <app.old.Old>`, :mod:`!app.oldconf`.

[Old][app.old.Old], [`Old`][app.old.Old], [the engine][app.old.Old], [app.old.Old][]; not app.old.Old.
"""
x = 1  # as :py:class:`app.old.Old`
y = ":class:`app.old.Old` # :class:`app.old.Old`", z[x][app.old.NUMBER]
"""Also :func:`oldtop.load`."""
--
"""See :class:`app.new.New`, :meth:`~app.new.New.run`, :class:`New <app.new.New>`, :mod:`!app.conf`.

[New][app.new.New], [`New`][app.new.New], [the engine][app.new.New], [app.new.New][]; not app.old.Old.
"""
x = 1  # as :py:class:`app.new.New`
y = ":class:`app.old.Old` # :class:`app.old.Old`", z[x][app.old.NUMBER]
"""Also :func:`app.conf.load`."""

## a cross-reference that goes through a module
# :class:`app.views.Old`
VIEWS
--
# :class:`app.new.New`
FIXED VIEWS

## types in strings that are no annotations
from typing import Optional, TypeVar, cast
from app.old import Old
T = TypeVar("T", bound="Old")
Maybe = Optional["Old"]
x = cast("Old", y), cast("list[Old]", "Old")
--
from typing import Optional, TypeVar, cast
from app.new import New as Old
T = TypeVar("T", bound="Old")
Maybe = Optional["Old"]
x = cast("Old", y), cast("list[Old]", "Old")

## types in strings that are no annotations, and nothing else
from typing import ForwardRef, NewType, Optional, TypeAlias, TypeVar, Union, cast
from app.old import Old
S = TypeVar("S", "Old", "list[Old]")
T = TypeVar("T", bound="Old")
Maybe = Optional["Old"] or Union["Old", None] or list["Old"]
Engine: TypeAlias = "Old"
x = cast("Old", y), NewType("N", "Old"), ForwardRef("Old")
--
from typing import ForwardRef, NewType, Optional, TypeAlias, TypeVar, Union, cast
from app.new import New
S = TypeVar("S", "New", "list[New]")
T = TypeVar("T", bound="New")
Maybe = Optional["New"] or Union["New", None] or list["New"]
Engine: TypeAlias = "New"
x = cast("New", y), NewType("N", "New"), ForwardRef("New")
'''


def files_of(text: str) -> dict[str, str]:
    text = text.replace("FIXED VIEWS\n", FIXED_VIEWS[1:]).replace("VIEWS\n", VIEWS[1:])
    text = text.strip("\n") + "\n"
    return (
        {} if text == "(unchanged)\n" else split_files(text if text.startswith("#- ") else "#- test_views.py\n" + text)
    )


def situations():
    form = r"^## ([^\n]+)\n(.*?)^(--|!! [^\n]+)\n(.*?)(?=^## |\Z)"
    for title, before, kind, after in re.findall(form, SITUATIONS, re.DOTALL | re.MULTILINE):
        yield pytest.param(files_of(before), kind[3:], files_of(after), id=title)


def shown(engine: Engine) -> list[tuple]:
    return [(f.path, f.rule.code, f.diagnostic.span, f.diagnostic.message, f.fix) for f in engine.check().findings]


@pytest.mark.parametrize(("before", "reason", "after"), list(situations()))
def test_situation(before, reason, after):
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), WORKSPACE)
        for path, text in before.items():
            (workspace.root / path).parent.mkdir(parents=True, exist_ok=True)
            (workspace.root / path).write_bytes(text.encode())
        workspace.engine = Engine.open(workspace.root)
        assert shown(workspace.engine) == shown(without_short_cut(Engine.open(workspace.root)))
        reasons = {f.fix.unsafe for f in workspace.engine.check().findings if f.fix is not None} - {None}
        assert reason in reasons if reason else not reasons
        assert fixed_files(workspace, unsafe=bool(reason)) == after


def test_there_is_a_finding_for_every_string_that_names_something():
    """A situation that changes nothing has either no finding or no edit that could be right."""
    unchanged = [case for case in situations() if not case.values[2] and not case.values[1]]
    assert len(unchanged) == 5
