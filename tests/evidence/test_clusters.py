"""Which definitions are proposed as rivals, and which of them as the canonical."""

from __future__ import annotations

import subprocess
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

from harness import split_files
from ssot_server.engine import Engine
from ssot_server.evidence.proposals import Confidence, Evidence, gather

BODY = """
    attempts = 0
    while attempts < limit:
        try:
            return session.request(address, timeout=deadline)
        except ConnectionError as error:
            attempts += 1
            logger.warning("attempt %s failed: %s", attempts, error)
            time.sleep(backoff * 2**attempts)
    raise TooManyAttempts(address, attempts)
"""
OTHER = """
    rows = database.execute(statement).fetchall()
    columns = [column.name for column in cursor.description]
    table = render(columns, rows, width=terminal.width)
    for line in table.splitlines():
        printer.write(line, end=separator)
    printer.flush()
    return len(rows)
"""


def function(name: str, body: str = BODY) -> str:
    return f"def {name}(session, address, limit, deadline, backoff):{body}"


def gathered(text: str, history: Mapping[str, Sequence[str]] | None = None) -> Evidence:
    """What is found in a workspace; with a history, in one whose files were committed on those days."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for path, body in split_files(text).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(body, "utf-8")
        if history is not None:
            commit(root, history)
        engine = Engine(root / "ssot.toml")
        engine.set_text("ssot.toml", "version = 1\n")
        return gather(engine, 20)


def commit(root: Path, history: Mapping[str, Sequence[str]]) -> None:
    """Commit some files, each on several days, as they are in the end: what comes before differs in its last line."""

    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], cwd=root, check=True)

    git("init", "-q")
    final = {path: (root / path).read_text("utf-8") for path in history}
    for day, path in sorted((day, path) for path, days in history.items() for day in days):
        last = "" if day == history[path][-1] else f"# {day}\n"
        (root / path).write_text(final[path] + last, "utf-8")
        git("add", path)
        git("commit", "-q", "-m", "change", "--date", f"{day}T12:00:00+0000")


def files(**texts: str) -> str:
    """A workspace of modules, `__` in whose names stands for `/`."""
    return "".join(f"#- {path.replace('__', '/')}.py\n{textwrap.dedent(body)}\n" for path, body in texts.items())


def rivals(text: str) -> list[list[str]]:
    return [[one.dotted for one in proposal.candidates] for proposal in gathered(text).proposals if proposal.candidates]


def test_the_one_that_is_imported_most_is_the_canonical():
    users = {f"app__user{number}": "from app.web import fetch_page\n" for number in range(3)}
    text = files(app__jobs=function("fetch_page"), app__web=function("fetch_page"), **users)
    assert rivals(text) == [["app.web.fetch_page", "app.jobs.fetch_page"]]


def test_who_uses_it_as_an_attribute_of_its_module_counts():
    users = {
        "app__one": "from app import web\nweb.fetch_page()\n",
        "app__two": "import app.web\napp.web.fetch_page()\n",
        "app__three": "import app.jobs as j\nj.fetch_pages()\n",
    }
    (proposal,) = gathered(files(app__jobs=function("fetch_page"), app__web=function("fetch_page"), **users)).proposals
    assert [(one.dotted, one.importers) for one in proposal.candidates] == [
        ("app.web.fetch_page", 2),
        ("app.jobs.fetch_page", 0),
    ]


def test_names_that_differ_in_what_qualifies_them():
    text = files(app__web=function("fetch_page"), app__jobs=function("enhanced_fetch_page_v2"))
    assert rivals(text) == [["app.web.fetch_page", "app.jobs.enhanced_fetch_page_v2"]]


def test_the_canonical_has_the_path_that_people_import():
    text = files(
        app__inner__web=function("fetch_page"),
        app__jobs=function("fetch_page"),
        app__one="from app import fetch_page\n",
        app__two="from app import fetch_page\n",
    )
    text += "#- app/__init__.py\nfrom app.inner.web import fetch_page\n"
    assert rivals(text) == [["app.fetch_page", "app.jobs.fetch_page"]]


def test_what_is_called_legacy_is_not_the_canonical():
    assert rivals(files(app__legacy__web=function("fetch_page"), app__zz__jobs=function("fetch_page"))) == [
        ["app.zz.jobs.fetch_page", "app.legacy.web.fetch_page"]
    ]


def test_one_name_for_two_things_is_no_rivalry():
    assert rivals(files(app__web=function("fetch_page"), app__jobs=function("fetch_page", OTHER))) == []


def test_what_only_shares_the_name_of_rivals_is_said_to_be_something_else():
    text = files(
        app__web=function("fetch_page"), app__jobs=function("fetch_page"), app__table=function("fetch_page", OTHER)
    )
    (proposal,) = gathered(text).proposals
    assert proposal.unrelated == ("app.table.fetch_page",)


def test_what_builds_on_another_is_no_rival():
    wrapper = f"from app.web import fetch_page as base\n{function('fetch_page')}    base(session)\n"
    assert rivals(files(app__web=function("fetch_page"), app__jobs=wrapper)) == []


def test_what_a_framework_wants_in_every_folder_is_no_rivalry():
    similar = BODY.replace("time.sleep(backoff * 2**attempts)", "wait(self.pause, jitter=spread.of(attempts))")
    similar = similar.replace("ConnectionError", "OSError").replace("TooManyAttempts", "Failed")
    plugins = {f"app__plugins__p{number}__hook": function("set_up_page", OTHER) for number in range(4)}
    near = {"app__plugins__q0__hook": function("fetch_page"), "app__plugins__q1__hook": function("fetch_page", similar)}
    (found,) = rivals(files(**near))
    assert sorted(found) == ["app.plugins.q0.hook.fetch_page", "app.plugins.q1.hook.fetch_page"]
    assert rivals(files(**near, **dict.fromkeys(plugins, "x = 1\n"))) == []


def test_tests_errors_and_protocols_are_no_implementations():
    text = files(
        app__web=function("fetch_page"),
        tests__test_web=function("fetch_page"),
        app__a=f"class PageError(Exception):\n{textwrap.indent(function('go'), '    ')}",
        app__b=f"class PageError(Exception):\n{textwrap.indent(function('go'), '    ')}",
    )
    assert rivals(text) == []


def test_what_a_program_wrote_is_nobodys_choice():
    generated = f"# Generated by a tool. Do not edit.\n{function('fetch_page')}"
    assert rivals(files(app__web=function("fetch_page"), app__jobs=generated)) == []


def test_variant_files_are_rivals_as_modules():
    text = files(
        app__engine=function("run_all") + function("stop_all", OTHER),
        app__engine_enhanced=function("run_every") + function("stop_every", OTHER),
    )
    assert rivals(text) == [["app.engine", "app.engine_enhanced"]]


def test_a_bare_overload_does_not_stand_for_the_function():
    overloads = "from typing import overload\n@overload\ndef fetch_page(session: int): ...\n"
    text = files(app__web=overloads + function("fetch_page"), app__jobs=function("fetch_page"))
    (proposal,) = gathered(text).proposals
    assert proposal.confidence is Confidence.HIGH
    assert [one.agreement for one in proposal.candidates] == [1.0, 1.0]


def test_names_alone_make_no_concept_but_are_told():
    classes = files(
        app__web="class PageEngineFactory:\n    def make(self): ...\n",
        app__jobs="class PageEngineFactory:\n    def run(self): ...\n",
        app__more="class UserPageEngineFactory:\n    size = 1\n",
        app__base="from app.web import PageEngineFactory\nclass AsyncPageEngineFactory(PageEngineFactory): ...\n",
        app__kinds="class PageEngineFactory(Protocol): ...\n",
        app__one="class Engine: ...\n",
        app__two="class Engine: ...\n",
    )
    found = gathered(classes)
    assert found.proposals == ()
    assert found.shared_names == (
        ("app.jobs.PageEngineFactory", "app.more.UserPageEngineFactory", "app.web.PageEngineFactory"),
    )


def test_what_the_code_calls_deprecated_is_sure_however_sure_its_rivals_are():
    old = "import warnings\nclass OldPages:\n    def __init__(self):\n        warnings.warn('use Pages', DeprecationWarning)\n"
    text = files(app__old=old, app__new=f"class Pages:\n    def get(self):{BODY}")
    (proposal,) = gathered(text).proposals
    assert (proposal.canonical, proposal.confidence) == ("app.new.Pages", Confidence.HIGH)


TWICE = files(app__jobs=function("fetch_page"), app__web=function("fetch_page"))


def canonicals(history: Mapping[str, Sequence[str]], text: str = TWICE) -> list[str]:
    return [proposal.canonical for proposal in gathered(text, history).proposals]


def test_what_is_older_and_still_changed_is_the_canonical():
    old, new = ["2020-01-01", "2024-03-01"], ["2024-02-01", "2024-02-02", "2024-02-03", "2024-03-02"]
    assert canonicals({"app/jobs.py": new, "app/web.py": old}) == ["app.web.fetch_page"]
    assert canonicals({"app/jobs.py": old, "app/web.py": new}) == ["app.jobs.fetch_page"]


def test_what_nobody_touched_for_a_year_is_left_over_however_old():
    left, kept = ["2015-01-01"], ["2023-12-01", "2024-03-01"]
    assert canonicals({"app/jobs.py": left, "app/web.py": kept}) == ["app.web.fetch_page"]
    assert canonicals({"app/jobs.py": kept, "app/web.py": left}) == ["app.jobs.fetch_page"]


def test_what_git_does_not_know_has_just_been_written():
    assert canonicals({"app/web.py": ["2024-03-01"]}) == ["app.web.fetch_page"]
    assert canonicals({"app/jobs.py": ["2024-03-01"]}) == ["app.jobs.fetch_page"]


def test_whom_people_import_says_more_than_history():
    users = {f"app__user{number}": "from app.jobs import fetch_page\n" for number in range(3)}
    history = {"app/web.py": ["2015-01-01", "2024-03-01"], "app/jobs.py": ["2024-02-01"]}
    assert canonicals(history, TWICE + files(**users)) == ["app.jobs.fetch_page"]


def test_the_rivals_are_compared_with_whichever_comes_out_first():
    (proposal,) = gathered(TWICE, {"app/web.py": ["2020-01-01", "2024-03-01"], "app/jobs.py": ["2024-02-01"]}).proposals
    assert [one.agreement for one in proposal.candidates] == [1.0, 1.0]
    assert [one.history is not None and one.history.recent for one in proposal.candidates] == [1, 1]
