from harness import Workspace, check
from ssot_server.engine import Engine


def test_a_package_hides_the_module_beside_it():
    check(
        """
    #- app/__init__.py
    #- app/exceptions.py
    import os
    #<^^^^^^^^^ SSOT307 nothing can import this file: `app.exceptions` is the package `exceptions/` beside it, which has no `Lost`, `LIMIT`, `retry` and 1 more
    class Old(Exception): ...
    class Lost(Exception):
        class Inner: ...
    LIMIT = 3
    def retry():
        inner = 1
    if os.name == "nt":
        def fifth(): ...
    _private = 1
    #- app/exceptions/__init__.py
    from .old import Old
    #- app/exceptions/old.py
    class Old(Exception): ...
    #- app/same.py
    from app.exceptions import Old
    #<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT307 nothing can import this file: `app.same` is the package `same/` beside it
    def f(): ...
    #- app/same/__init__.py
    def f(): ...
    #- app/lazy.py
    def found_on_demand(): ...
    #<^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT307 nothing can import this file: `app.lazy` is the package `lazy/` beside it
    #- app/lazy/__init__.py
    def __getattr__(name): ...
    #- top.py
    x = 1
    #<^^^^^ SSOT307 nothing can import this file: `top` is the package `top/` beside it, which has no `x`
    #- top/__init__.py
    #- app/inside.py
    if __name__ == "__main__":
    #<^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT307 nothing can import this file: `app.inside` is …
        ...
    #- app/inside/__init__.py
    #- tests/test_it.py
    y = 1
    #<^^^^^ SSOT307
    #- tests/test_it/__init__.py
    """
    )


def test_what_hides_nothing():
    check(
        """
    #- app/__init__.py
    #- app/space.py
    x = 1
    #- app/space/inside.py
    #- app/stubbed.py
    x = 1
    #- app/stubbed.pyi
    x: int
    #- app/typed.py
    x = 1
    #- app/typed/__init__.pyi
    x: int
    #- app/only.pyi
    x: int
    #- app/only/__init__.py
    x = 1
    #- app/run-me.py
    x = 1
    #- app/run-me/__init__.py
    #- app/json.py
    x = 1
    #- serve.py
    from serve import run
    if __name__ == "__main__":
        run()
    #- serve/__init__.py
    def run(): ...
    #- app/quiet.py
    # ssot: ignore-file[SSOT307] -- goes with the next release
    #- app/quiet/__init__.py
    """
    )


def test_a_package_that_comes_and_goes(tmp_path):
    Workspace(tmp_path, "#- app/engine.py\nx = 1\n")
    engine = Engine.open(tmp_path)
    assert engine.check().findings == ()
    engine.set_text("app/engine/__init__.py", "")
    assert [(finding.path, finding.rule.code) for finding in engine.check().findings] == [("app/engine.py", "SSOT307")]
    engine.set_text("app/engine/__init__.py", "x = 2\n")
    assert [finding.diagnostic.message for finding in engine.check().findings] == [
        "nothing can import this file: `app.engine` is the package `engine/` beside it"
    ]
    engine.set_text("app/engine/__init__.py", None)
    assert engine.check().findings == ()
