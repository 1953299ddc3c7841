import pytest

from harness import check, check_fix, fix_titles

SLEEP = """
    #- ssot.toml
    [[bans]]
    call = "asyncio.sleep"
    use = "app.core.loop_safe.sleep"
    in = ["app/"]
    except = ["app/old/"]
    reason = "deadlocks on Windows event loops"
    #- app/__init__.py
    #- app/core/__init__.py
    #- app/core/loop_safe.py
    import asyncio
    async def sleep(seconds):
        await asyncio.sleep(seconds)
"""
PRINT = """
    #- ssot.toml
    [[bans]]
    call = "print"
    role = "production"
    reason = "use the log"
"""


# -- calls of functions ---------------------------------------------------------------------------------------


def test_a_call_by_whatever_name():
    check(
        SLEEP
        + """
    #- app/a.py
    import asyncio
    import asyncio as aio
    from asyncio import sleep as nap, wait
    pause = asyncio.sleep
    #       ^^^^^^^^^^^^^ SSOT108 ⚠ `asyncio.sleep` is banned, use `app.core.loop_safe.sleep`: deadlocks on Windows event loops
    async def f():
        await asyncio.sleep(1)
    #         ^^^^^^^^^^^^^ SSOT108 ⚠ …
        await aio.sleep(1)
    #         ^^^^^^^^^ SSOT108 ⚠ …
        await nap(1)
    #         ^^^ SSOT108 ⚠ …
        await pause(1)
    #         ^^^^^ SSOT108 ⚠ …
        await wait([])
    """
    )


def test_through_other_modules():
    check(
        SLEEP
        + """
    #- app/compat.py
    from asyncio import sleep
    from asyncio import sleep as nap
    import asyncio as loop
    #- app/deep.py
    from app.compat import nap as doze
    #- app/a.py
    from app import compat
    from app.compat import sleep, loop
    from app.deep import doze
    sleep(1)
    #<^^^^^ SSOT108 ⚠ …
    doze(1)
    #<^^^^ SSOT108 ⚠ …
    loop.sleep(1)
    #<^^^^^^^^^^ SSOT108 ⚠ …
    compat.nap(1)
    #<^^^^^^^^^^ SSOT108 ⚠ …
    """
    )


def test_what_is_handed_on_is_called_later():
    check(
        SLEEP
        + """
    #- app/a.py
    import asyncio, functools
    later(asyncio.sleep, 1)
    #     ^^^^^^^^^^^^^ SSOT108 ⚠ …
    later = functools.partial(asyncio.sleep, 1)
    #                         ^^^^^^^^^^^^^ SSOT108 ⚠ …
    steps = [asyncio.sleep]
    #        ^^^^^^^^^^^^^ SSOT108 ⚠ …
    @asyncio.sleep
    #^^^^^^^^^^^^^ SSOT108 ⚠ …
    def f(): ...
    """
    )


def test_what_calls_nothing():
    check(
        SLEEP
        + """
    #- app/a.py
    import asyncio
    from asyncio import sleep
    def f(asyncio): asyncio.sleep(1)
    def g(sleep): sleep(1)
    def h():
        from time import sleep
        sleep(1)
    asyncio.sleep.__doc__
    asyncio.sleep = None
    asyncio.sleeping(1)
    event.sleep(1)
    patch("asyncio.sleep")
    x: asyncio.sleep
    isinstance(x, asyncio.sleep)
    # asyncio.sleep(1)
    #- app/a.pyi
    import asyncio
    x = asyncio.sleep(1)
    #- app/old/a.py
    import asyncio
    asyncio.sleep(1)
    #- tools/a.py
    import asyncio
    asyncio.sleep(1)
    #- app/b.py
    try:
        from app.core.loop_safe import sleep
    except ImportError:
        from asyncio import sleep
    sleep(1)
    """
    )


def test_a_class_and_a_method():
    check_fix(
        """
    #- ssot.toml
    [[bans]]
    call = "app.engine.Engine"
    [[bans]]
    call = "app.engine.Engine.stop"
    use = "app.engine.Engine.halt"
    [[bans]]
    call = "app.engine.Runner.run"
    #- app/__init__.py
    #- app/engine.py
    class Engine:
        limit = 1
        def stop(self): ...
        def halt(self): ...
    class Runner:
        def run(self): ...
    Engine().stop()
    #- app/a.py
    from app.engine import Engine, Runner
    class Sub(Engine): ...
    class Quick(Runner): ...
    Engine()
    #<^^^^^^ SSOT108 `app.engine.Engine` is banned
    Engine.limit
    Engine.stop(x)
    #<^^^^^^^^^^^ SSOT108 💡 `app.engine.Engine.stop` is banned, use `app.engine.Engine.halt`
    Sub.stop(x)
    #<^^^^^^^^ SSOT108 💡 `app.engine.Engine.stop` is banned, use `app.engine.Engine.halt`
    Quick.run(x)
    #<^^^^^^^^^ SSOT108 `app.engine.Runner.run` is banned
    Engine.halt(x)
    """,
        after="""
    #- app/a.py
    from app.engine import Engine, Runner
    class Sub(Engine): ...
    class Quick(Runner): ...
    Engine()
    Engine.limit
    Engine.halt(x)
    Sub.halt(x)
    Quick.run(x)
    Engine.halt(x)
    """,
    )


def test_a_whole_module_and_a_glob():
    check(
        """
    #- ssot.toml
    [[bans]]
    call = "requests.*"
    [[bans]]
    call = "subprocess"
    except = ["app/shell.py"]
    [[bans]]
    call = "app.raw.*"
    [[bans]]
    call = "os.spawn*"
    #- app/__init__.py
    #- app/raw/__init__.py
    def read(): ...
    #- app/raw/inner.py
    from . import read
    read()
    #- app/shell.py
    import subprocess
    subprocess.run([])
    #- app/passes.py
    from app.raw import read as load
    #- app/a.py
    import subprocess as sub, os, requests
    from requests import get, codes as numbers
    from .raw import read
    from .passes import load
    from app.raw import *
    get("x"), requests.post("x"), requests.codes.ok, numbers.ok
    #<^^^ SSOT108 `requests.get` is banned
    #         ^^^^^^^^^^^^^ SSOT108 `requests.post` is banned
    x: requests.Session = make()
    try:
        with requests.sessions.Session() as session:
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT108 `requests.sessions.Session` is banned
            session.get("x")
    except requests.Timeout:
        sub.run([])
    #   ^^^^^^^ SSOT108 `subprocess.run` is banned
    read()
    #<^^^^ SSOT108 `app.raw.read` is banned
    load()
    os.spawnl(1), os.fork(), other.spawnl()
    #<^^^^^^^^^ SSOT108 `os.spawnl` is banned
    """
    )


def test_the_replacement_is_proved_as_any_other():
    check_fix(
        """
    #- ssot.toml
    [[bans]]
    call = "app.db.query"
    use = "app.store.fetch"
    [[bans]]
    call = "app.db.write"
    use = "app.store.save"
    #- app/__init__.py
    #- app/db.py
    def query(text, limit=10):
        return text
    def write(text):
        return text
    #- app/store.py
    def fetch(text, limit=10, *, fresh=False):
        return text
    def save(record):
        return record
    #- app/a.py
    from app.db import query, write
    import app.db as db

    x = query("a", limit=1), query("b")
    #   ^^^^^ SSOT108 💡 `app.db.query` is banned, use `app.store.fetch`
    #                        ^^^^^ SSOT108 💡 `app.db.query` is banned, use `app.store.fetch`
    write(text="c")
    #<^^^^^ SSOT108 ⚠ `app.db.write` is banned, use `app.store.save`
    #- app/b.py
    from app import db
    db.query("a")
    #<^^^^^^^^ SSOT108 💡 `app.db.query` is banned, use `app.store.fetch`
    """,
        after="""
    #- app/a.py
    from app.db import write
    from app.store import fetch
    import app.db as db

    x = fetch("a", limit=1), fetch("b")
    write(text="c")
    #- app/b.py
    from app.store import fetch
    fetch("a")
    """,
    )


def test_why_a_replacement_is_unsafe():
    assert fix_titles(
        SLEEP
        + """
    #- app/a.py
    from asyncio import sleep
    sleep(1)
    """
    ) == ["Use `app.core.loop_safe.sleep` (unsafe: what `sleep` would replace cannot be read)"]


# -- builtins -------------------------------------------------------------------------------------------------


def test_builtins():
    check(
        PRINT
        + """
    #- app/a.py
    import builtins
    from builtins import print as say
    print("x"); logger.print("x")
    #<^^^^^ SSOT108 `print` is banned: use the log
    say("x"); builtins.print("y")
    #<^^^ SSOT108 `print` is banned: use the log
    #         ^^^^^^^^^^^^^^ SSOT108 `print` is banned: use the log
    list(map(print, []))
    #        ^^^^^ SSOT108 `print` is banned: use the log
    shown = print
    #       ^^^^^ SSOT108 `print` is banned: use the log
    class C:
        def print(self):
            print("x"), self.print(print=1)
    #       ^^^^^ SSOT108 `print` is banned: use the log
    x: print = "print('x')"  # print("x")
    #- tests/test_a.py
    print("x")
    """
    )


@pytest.mark.parametrize(
    "code",
    [
        "def print(*args): ...\nprint('x')",
        "from app.log import print\nprint('x')",
        "from unknown import *\nprint('x')",
        "from app.log import *\nprint('x')",
        "def f(print):\n    print('x')",
        "def f():\n    def print(x): ...\n    return lambda: print('x')",
        "def f():\n    global print\n    print = log\nprint('x')",
        "shown = [print(x) for print in calls]",
        "try:\n    print = log\nexcept NameError: ...\nprint('x')",
        "import print\nprint('x')",
        "class C:\n    print = log\n    print('x')",
    ],
)
def test_a_name_that_means_something_else_is_no_builtin(code: str):
    log = "#- app/__init__.py\n#- app/log.py\ndef print(text): ...\n"
    check('#- ssot.toml\n[[bans]]\ncall = "print"\n' + log + "#- app/a.py\n" + code)


def test_a_builtin_is_replaced_where_it_stands():
    check_fix(
        """
    #- ssot.toml
    [[bans]]
    call = "open"
    use = "app.files.open"
    [[bans]]
    call = "builtins.print"
    use = "app.log.say"
    #- app/__init__.py
    #- app/files.py
    def open(path): ...
    #- app/log.py
    def say(text):
        print(text)
    #- app/a.py
    import os

    with open("x") as file:
    #    ^^^^ SSOT108 ⚠ `open` is banned, use `app.files.open`
        print(file)
    #   ^^^^^ SSOT108 ⚠ `print` is banned, use `app.log.say`
    """,
        after="""
    #- app/a.py
    import os

    from app.files import open
    from app.log import say

    with open("x") as file:
        say(file)
    """,
        unsafe=True,
    )


# -- relative imports -----------------------------------------------------------------------------------------


def test_relative_imports():
    check_fix(
        """
    #- ssot.toml
    [[bans]]
    import = "relative"
    in = ["app/"]
    except = ["app/vendor/"]
    reason = "a module says where it lives"
    #- app/__init__.py
    from . import a
    #    ^ SSOT108 💡 relative imports are banned: a module says where it lives
    from app.a import x
    #- app/a.py
    from .sub.deep import (
    #    ^^^^^^^^^ SSOT108 💡 …
        x,  # why
        y as z,
    )
    def f():
        from .sub import *
    #        ^^^^ SSOT108 💡 …
    #- app/b.py
    def f(): ...
    #- app/sub/__init__.py
    #- app/sub/deep.py
    from.import other
    #   ^ SSOT108 💡 …
    from .. b import\\
    #    ^^^^ SSOT108 💡 …
      f
    from ....nowhere import g
    #    ^^^^^^^^^^^ SSOT108 relative imports are banned: a module says where it lives
    x = y = "from . import x"
    #- app/sub/other.py
    if x:
    \tfrom . import third
    #     ^ SSOT108 💡 …
    #- app/sub/third.py
    #- app/vendor/a.py
    from . import b
    #- app/vendor/b.py
    #- tools/a.py
    from . import b
    #- tools/b.py
    """,
        after="""
    #- app/__init__.py
    from app import a
    from app.a import x
    #- app/a.py
    from app.sub.deep import (
        x,  # why
        y as z,
    )
    def f():
        from app.sub import *
    #- app/sub/deep.py
    from app.sub import other
    from app.b import\\
      f
    from ....nowhere import g
    x = y = "from . import x"
    #- app/sub/other.py
    if x:
    \tfrom app.sub import third
    """,
    )
