"""What the fix makes of every way in which a file reaches a deprecated name.

Each situation is the file before and after its safe fixes. The registry and the other files are the same for all.
"""

import re
import tempfile
from pathlib import Path

import pytest

from harness import Workspace, fixed_files

WORKSPACE = """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.new.New"
    [[concepts.engine.deprecated]]
    path = "app.old.Old"
    [[concepts.engine.deprecated]]
    path = "app.old.old_helper"
    use = "app.new.helper"
    [concepts.conf]
    canonical = "app.conf"
    [[concepts.conf.deprecated]]
    path = "app.oldconf"
    [concepts.unit]
    canonical = "app.new.Unit"
    [[concepts.unit.deprecated]]
    path = "app.old.TEMP_C"
    use = "app.new.Unit.C"
    #- app/__init__.py
    #- app/new.py
    class New: ...
    def helper(x): ...
    class Unit:
        C = 1
    #- app/old.py
    from app.new import New as Old, helper as old_helper, Unit
    TEMP_C = Unit.C
    Other = 1
    #- app/conf.py
    X = 1
    def load(): ...
    #- app/oldconf.py
    from app.conf import *
    #- app/face/__init__.py
    from app.old import Old
    #- app/star.py
    from app.old import *
"""

SITUATIONS = r'''
## several names leave one statement
from app.old import Other, Old, old_helper
x = Old()
old_helper(1)
--
from app.new import New, helper
from app.old import Other
x = New()
helper(1)

## comments of the names that stay, stay
from app.old import (
    Other,  # keep
    Old,  # gone
    old_helper,
)
x = Old(), Other
--
from app.new import New, helper
from app.old import (
    Other,  # keep
)
x = New(), Other

## a statement that imports from the module takes the name in
from app.new import Unit
from app.old import Old

x = Old()
--
from app.new import New, Unit

x = New()

## the replacement is imported already
from app.new import New
from app.old import Old

x = Old(), New()
--
from app.new import New

x = New(), New()

## the new name is taken in the module
from app.old import Old
New = 3
x = Old(), New
--
from app.new import New as Old
New = 3
x = Old(), New

## an import inside a function
def f():
    from app.old import Old
    return Old()
--
def f():
    from app.new import New
    return New()

## string annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from app.old import Old

def f(x: "Old") -> "list[Old]": ...
--
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from app.new import New

def f(x: "New") -> "list[New]": ...

## a fallback for a failed import keeps the name
try:
    from app.old import Old
except ImportError:
    Old = None
Old()
--
try:
    from app.new import New as Old
except ImportError:
    Old = None
Old()

## an attribute of a module
import app.old

x = app.old.Old()
--
from app.new import New

x = New()

## an attribute of a module under an alias
import app.old as o
x = o.Old(), o.Other
--
import app.old as o
from app.new import New
x = New(), o.Other

## attributes of an imported submodule
from app import old
x = old.Old(), old.old_helper(2)
--
from app.new import New, helper
x = New(), helper(2)

## a module that is deprecated as a whole
import app.oldconf
import app.oldconf as oc
from app import oldconf
from app.oldconf import load
app.oldconf.load()
oc.load()
oldconf.load()
load()
--
import app.conf
import app.conf as oc
from app import conf
from app.conf import load
app.conf.load()
oc.load()
conf.load()
load()

## a constant that became an attribute
from app.old import TEMP_C
x = TEMP_C
--
from app.new import Unit
x = Unit.C

## statements on one line
import os; from app.old import Old; x = Old()
--
import os; from app.new import New; x = New()

## the body of a one-line if
if 1: from app.old import Old
--
if 1: from app.new import New

## a name in __all__ stays
from app.old import Old
__all__ = ["Old"]
--
from app.new import New as Old
__all__ = ["Old"]

## through a re-export
from app.face import Old
Old()
--
from app.new import New
New()

## through a star import of a re-export
from app.star import *
Old()
--
from app.star import *
from app.new import New
New()

## through a star import
from app.old import *
Old()
--
from app.old import *
from app.new import New
New()

## locals of the same name stay
from app.old import Old
def f(Old): return Old
def g():
    Old = 1
    return Old
class C:
    Old = Old
--
from app.new import New as Old
def f(Old): return Old
def g():
    Old = 1
    return Old
class C:
    Old = Old

## f-strings
from app.old import Old
x = f"{Old()} Old {Old!r:>{Old.width}}"
--
from app.new import New
x = f"{New()} Old {New!r:>{New.width}}"

## a backslash
from app.old import Other, \
    Old
Old()
--
from app.new import New
from app.old import Other
New()

## relative stays relative
from .old import Old
Old()
--
from .new import New
New()

## a global that is rebound stays
from app.old import Old
def f():
    global Old
    Old = 2
--
from app.new import New as Old
def f():
    global Old
    Old = 2

## a decorator
from app.old import old_helper
@old_helper
def f(): ...
--
from app.new import helper
@helper
def f(): ...

## two names with the same target module
from app.old import Old, old_helper
Old(); old_helper(1)
--
from app.new import New, helper
New(); helper(1)

## the new name is taken in a function that uses the old
from app.old import Old
def f():
    New = 1
    return Old, New
--
from app.new import New as Old
def f():
    New = 1
    return Old, New

## the new name is a parameter where the old is used
from app.old import Old
def f(New):
    return Old
--
from app.new import New as Old
def f(New):
    return Old

## the new name is used unbound
from app.old import Old
x = Old() or New
--
from app.new import New
from app.new import New as Old
x = Old() or New

## a comment behind the import
from app.old import Old  # the engine
x = Old()
--
from app.new import New  # the engine
x = New()

## a comment above the import
# engines
from app.old import Old


x = Old()
--
# engines
from app.new import New


x = New()

## a plain import of several modules
import os, app.old, sys
x = app.old.Old()
--
import os, sys
from app.new import New
x = New()

## a deprecated module among others
import os, app.oldconf, sys
app.oldconf.load()
os.x
--
import os, app.conf, sys
app.conf.load()
os.x

## a deprecated module under an alias among others
import os, app.oldconf as c
c.load()
--
import os, app.conf as c
c.load()

## an import in a class is an attribute
class C:
    from app.old import Old
    x = Old()
--
class C:
    from app.new import New as Old
    x = Old()

## two imports of one name
import sys
if sys.version_info > (3,):
    from app.old import Old
else:
    from app.old import Other as Old
Old()
--
import sys
if sys.version_info > (3,):
    from app.new import New as Old
else:
    from app.old import Other as Old
Old()

## comprehension variables stay
from app.old import Old
x = [Old() for Old in [1]]
y = [Old for _ in Old.all()]
--
from app.new import New
x = [Old() for Old in [1]]
y = [New for _ in New.all()]

## nested functions, defaults and lambdas
from app.old import Old
def f():
    def g(x: Old = Old()):
        return [Old for y in (lambda: Old)()]
    return g
--
from app.new import New
def f():
    def g(x: New = New()):
        return [New for y in (lambda: New)()]
    return g

## imported twice
from app.old import Old
from app.old import Old
Old()
--
from app.new import New as Old
Old()

## imported both ways
import app.old
from app.old import Old
Old(); app.old.Old()
--
from app.new import New
New(); New()

## order and layout of a parenthesised import
from app.new import (
    Unit,
)
from app.old import Old
Old()
--
from app.new import (
    New,
    Unit,
)
New()

## an alias beside the new name
from app.new import New
from app.old import Old as Legacy
Legacy(); New()
--
from app.new import New
from app.new import New as Legacy
Legacy(); New()

## a string that may name it keeps the name
from app.old import Old
def f(module):
    return getattr(module, "Old")
Old()
--
from app.new import New as Old
def f(module):
    return getattr(module, "Old")
Old()

## a string that names it in another module does not
from app.old import Old
import app
x = getattr(app, "Old", None)
Old()
--
from app.new import New
import app
x = getattr(app, "Old", None)
New()

## del
from app.old import Old
del Old
--
from app.new import New
del New

## a local alias
from app.old import Old
Engine = Old
Engine()
--
from app.new import New
Engine = New
Engine()

## text is not code
"""Use Old."""
from app.old import Old
Old()  # Old stays
s = "Old thing"
--
"""Use Old."""
from app.new import New
New()  # Old stays
s = "Old thing"

## a constant that became an attribute, in f-strings
from app.old import (
    TEMP_C,
    Other,
)
print(f"{TEMP_C}", TEMP_C)
--
from app.new import Unit
from app.old import (
    Other,
)
print(f"{Unit.C}", Unit.C)

## an alias of a constant that became an attribute
from app.old import TEMP_C as T
print(T)
--
from app.new import Unit
print(Unit.C)

## an exported constant that became an attribute has no fix
from app.old import TEMP_C
__all__ = ["TEMP_C"]
print(TEMP_C)
--
(unchanged)

## names of a deprecated module
from app.oldconf import X, load as l
print(X, l)
--
from app.conf import X, load as l
print(X, l)

## a star import of a deprecated module
from app.oldconf import *
print(X)
--
from app.conf import *
print(X)

## relative imports of a deprecated module
from .oldconf import X
from . import oldconf
print(X, oldconf.X)
--
from .conf import X
from . import conf
print(X, conf.X)

## tabs
def f():
	from app.old import Old, Other
	return Old, Other
--
def f():
	from app.new import New
	from app.old import Other
	return New, Other

## a decorator through a module
import app.old as old
@old.old_helper
def f(): ...
--
from app.new import helper
@helper
def f(): ...

## a line that would be too long
from app.old import Other, Old as a_rather_long_alias_number_one, old_helper as another_rather_long_alias_number_two
--
from app.new import (
    New as a_rather_long_alias_number_one,
    helper as another_rather_long_alias_number_two,
)
from app.old import Other

## the nearest import is the anchor
import app.old
def f():
    import app.old as o
    return o.Old()
--
import app.old
def f():
    from app.new import New
    return New()

## a split on a shared line
from app.old import Old, Other; Old()
--
from app.old import Other; from app.new import New; New()

## a split in the body of a one-line if
if 1: from app.old import Old, Other
--
if 1: from app.old import Other; from app.new import New

## characters beyond the basic plane
from app.old import Old
s = "😀"; x = Old(); y = "é" + Old()
--
from app.new import New
s = "😀"; x = New(); y = "é" + New()

## an attribute of what is replaced
import app
x = app.old.Old.attr
--
from app.new import New
x = New.attr

## unions in annotations
from __future__ import annotations
from app.old import Old
x: Old | None = None
def f(a: "Old | None", b: "Optional[Old]"): ...
--
from __future__ import annotations
from app.new import New
x: New | None = None
def f(a: "New | None", b: "Optional[New]"): ...
'''


def situations():
    for title, before, after in re.findall(
        r"^## ([^\n]+)\n(.*?)^--\n(.*?)(?=^## |\Z)", SITUATIONS, re.DOTALL | re.MULTILINE
    ):
        yield pytest.param(before, before if after.strip() == "(unchanged)" else after.rstrip("\n") + "\n", id=title)


def fixed(text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder).resolve(), WORKSPACE + "    #- app/case.py\n")
        (workspace.root / "app/case.py").write_bytes(text.encode())
        return fixed_files(workspace).get("app/case.py", text)


@pytest.mark.parametrize(("before", "after"), list(situations()))
def test_situation(before, after):
    assert fixed(before) == after


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_stay(line_end, last):
    before = f"from app.old import Old, Other{line_end}x = Old()" + line_end * last
    after = f"from app.new import New{line_end}from app.old import Other{line_end}x = New()" + line_end * last
    assert fixed(before) == after


def test_form_feeds_and_a_byte_order_mark_stay():
    assert fixed("\ufeff\fimport os\nfrom app.old import Old\nx = Old()\n") == (
        "\ufeff\fimport os\nfrom app.new import New\nx = New()\n"
    )
