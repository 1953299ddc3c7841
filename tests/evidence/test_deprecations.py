"""What is taken for deprecated, and what for its replacement."""

from __future__ import annotations

import pytest

from evidence.test_clusters import gathered

NEW = "#- app/new.py\ndef run_job(job): ...\nclass Engine: ...\n"


def deprecated(text: str) -> dict[str, str]:
    """The replacement of each deprecated path."""
    proposals = gathered(text).proposals
    return {outdated.path: proposal.canonical for proposal in proposals for outdated in proposal.deprecated}


@pytest.mark.parametrize(
    "definition",
    [
        '@deprecated("Use app.new.run_job instead.")\ndef old_job(job): ...\n',
        '@typing_extensions.deprecated("use `app.new.run_job`")\ndef old_job(job): ...\n',
        'def old_job(job):\n    warnings.warn("moved to app.new.run_job", DeprecationWarning)\n',
        'def old_job(job):\n    warnings.warn(f"in favor of app.new.run_job {1}", category=PendingDeprecationWarning)\n',
        'def old_job(job):\n    """Run.\n\n    .. deprecated:: 2.0\n       Use :func:`~app.new.run_job`.\n    """\n',
        '@deprecated("gone soon")\ndef old_job(job):\n    from app.new import run_job\n    return run_job(job)\n',
        "@deprecated()\ndef old_job(job):\n    return new.run_job(job)\n",
        (
            'def __getattr__(name):\n    if name == "old_job":\n        warnings.warn("use app.new.run_job", DeprecationWarning)\n'
            "        return new.run_job\n"
        ),
    ],
)
def test_every_way_to_say_so(definition: str):
    text = f"{NEW}#- app/old.py\nfrom app import new\nimport warnings\n\n\n{definition}"
    assert deprecated(text) == {"app.old.old_job": "app.new.run_job"}


@pytest.mark.parametrize(
    "definition",
    [
        '@deprecated_argument("old", "app.new.run_job")\ndef old_job(job): ...\n',
        (
            "def old_job(job=None):\n    if job is None:\n"
            '        warnings.warn("use app.new.run_job", DeprecationWarning)\n'
        ),
        'def old_job(job):\n    """Run.\n\n    .. deprecated:: 2.0\n       Lists as jobs; use app.new.run_job.\n    """\n',
        'def old_job(job):\n    warnings.warn("use app.new.run_job", RuntimeWarning)\n',
        'def deprecate(job):\n    warnings.warn("use app.new.run_job", DeprecationWarning)\n',
    ],
)
def test_what_speaks_of_something_else(definition: str):
    assert deprecated(f"{NEW}#- app/old.py\nimport warnings\n\n\n{definition}") == {}


def test_a_class_that_adds_nothing_is_replaced_by_its_base():
    old = (
        "#- app/old.py\nimport warnings\nfrom app.new import Engine\n\nclass OldEngine(Engine):\n"
        '    def __init__(self):\n        warnings.warn("gone soon", DeprecationWarning)\n'
    )
    assert deprecated(NEW + old) == {"app.old.OldEngine": "app.new.Engine"}


def test_a_module_that_warns_and_one_that_only_passes_on():
    text = f"""{NEW}#- app/warns.py
import warnings
warnings.warn("app.warns is deprecated, use app.new", DeprecationWarning)
from app.new import run_job
#- app/shim.py
# Kept for backwards compatibility.
from app.new import *
#- app/face.py
from app.new import run_job
"""
    assert deprecated(text) == {"app.warns": "app.new", "app.shim": "app.new"}


def test_replacements_that_are_deprecated_themselves_lead_on():
    text = f"""{NEW}#- app/old.py
@deprecated("use app.old.second")
def first(job): ...
@deprecated("use app.new.run_job")
def second(job): ...
@deprecated("use app.old.ring")
def circle(job): ...
@deprecated("use app.old.circle")
def ring(job): ...
"""
    assert deprecated(text) == {"app.old.first": "app.new.run_job", "app.old.second": "app.new.run_job"}


def test_no_replacement_no_entry():
    text = '#- app/old.py\n@deprecated("use something better")\ndef old_job(job): ...\n'
    evidence = gathered(text)
    assert evidence.proposals == ()
    assert [outdated.path for outdated in evidence.unresolved] == ["app.old.old_job"]


def test_settings_of_other_tools():
    text = f"""{NEW}#- pyproject.toml
[tool.ruff.lint.flake8-tidy-imports.banned-api]
"json.loads".msg = "Use app.new.run_job, it is faster."
"pickle".msg = "Never."
[tool.importlinter]
root_package = "app"
[[tool.importlinter.contracts]]
name = "x"
type = "forbidden"
source_modules = ["app.new"]
forbidden_modules = ["app.old"]
#- tach.toml
[[modules]]
path = "app.a"
depends_on = [{{ path = "app.b", deprecated = true }}, "app.c"]
#- .importlinter
[importlinter]
root_package = app
[importlinter:contract:1]
name = y
type = forbidden
source_modules =
    app.x
forbidden_modules =
    app.y
"""
    assert deprecated(text) == {"json.loads": "app.new.run_job"}
    evidence = gathered(text)
    assert [outdated.path for outdated in evidence.unresolved] == ["pickle"]
    assert sorted(contract.text for contract in evidence.contracts) == [
        "app.a should stop importing app.b",
        "app.new must not import app.old",
        "app.x must not import app.y",
    ]


def test_settings_that_cannot_be_read_say_nothing():
    text = f"{NEW}#- pyproject.toml\n[tool.ruff\n#- setup.cfg\n= x\n#- tach.toml\nmodules = 3\n"
    assert gathered(text).contracts == ()
