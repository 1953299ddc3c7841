"""Replay migrations that maintainers made by hand, and compare what comes of it with what they released.

Of the release before a migration a copy is made, in which the files that the names moved from and to are those of the
release after it: moving a definition is the maintainers' work, and following it everywhere else is that of the fixes.
After the safe fixes, every file that they changed is compared with its next release, as far as it speaks of what was
moved: by its imports, by how it spells what it reads through them, and by the strings that name it.
"""

from __future__ import annotations

import argparse
import ast
import shutil
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import trees
from harness import is_safe
from ssot_server.engine import Engine
from ssot_server.report import Finding

_SHOWN = 20


class Migration(NamedTuple):
    """A release that moved public names."""

    package: str
    before: str
    after: str
    homes: tuple[str, ...]
    """The files, or folders, where the names were and where they are."""
    moved: Mapping[str, str]
    """What is deprecated, and what is used instead."""


_TRANSLATION = "django.utils.translation"
_PLAIN = ("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy")
MIGRATIONS = {
    "homeassistant": Migration(
        "homeassistant",
        "2023.8.4",
        "2023.9.0",
        ("homeassistant/helpers/entity.py", "homeassistant/helpers/device_registry.py"),
        {"homeassistant.helpers.entity.DeviceInfo": "homeassistant.helpers.device_registry.DeviceInfo"},
    ),
    "gettext": Migration(
        "django",
        "1.11",
        "2.0",
        ("django/utils/translation",),
        {f"{_TRANSLATION}.u{name}": f"{_TRANSLATION}.{name}" for name in _PLAIN},
    ),
    "urls": Migration(
        "django",
        "1.9",
        "1.10",
        ("django/core/urlresolvers.py", "django/urls"),
        {"django.core.urlresolvers": "django.urls"},
    ),
}


class Outcome(NamedTuple):
    """What became of one migration, by the paths of files."""

    findings: int
    unsafe: Counter[str]
    """Why fixes are not safe, and how many of them."""
    equal: list[str]
    """Byte for byte as released."""
    same: list[str]
    """The same of what was moved; the release has other changes, or another layout."""
    kept: list[str]
    """The release still says the old name."""
    gone: list[str]
    """The release has no such file any more."""
    other: dict[str, str]
    """With the difference."""
    missed: list[str]
    """The release no longer says the old name that the fixed file says."""
    seconds: float

    def row(self, name: str) -> str:
        parts = [self.equal, self.same, self.kept, self.gone, self.other]
        changed = sum(map(len, parts))
        counts = [self.findings, self.unsafe.total(), changed, *map(len, parts), len(self.missed)]
        agrees = (len(self.equal) + len(self.same)) / changed if changed else 0.0
        return f"| {name} | " + " | ".join(f"{count:,}" for count in counts) + f" | {agrees:.1%} | {self.seconds:.0f} |"


_HEADER = """\
| migration | findings | unsafe | files changed | byte for byte as released | same of what was moved | \
left by the maintainers | file is gone | other | missed | agree | seconds |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay, and print a table and every class of difference."""
    parser = argparse.ArgumentParser(prog="tests/bench/replay.py", description=str(__doc__).partition("\n")[0])
    parser.add_argument("migrations", nargs="*", default=list(MIGRATIONS), metavar="NAME", help=", ".join(MIGRATIONS))
    parser.add_argument("--cache", type=Path, default=trees.default_cache(), help="where releases are kept")
    options = parser.parse_args(arguments)
    outcomes = {}
    print(_HEADER, flush=True)
    for name in options.migrations:
        outcomes[name] = _replay(MIGRATIONS[name], options.cache.resolve())
        print(outcomes[name].row(name), flush=True)
    for name, outcome in outcomes.items():
        print(f"\n{name}\n")
        print("\n".join(_differences(outcome)))
    return 0


def _replay(migration: Migration, cache: Path) -> Outcome:
    begin = time.monotonic()
    before, after = (
        trees.fetched(f"{migration.package}=={version}", cache) for version in (migration.before, migration.after)
    )
    root = cache / "replayed" / f"{migration.package}-{migration.after}"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(before, root, ignore=shutil.ignore_patterns("__pycache__"))
    for home in migration.homes:
        _take_over(root / home, after / home)
    (root / "ssot.toml").write_text(_registry(migration), "utf-8")
    engine = Engine.open(root)
    found = [finding for finding in engine.check().findings if finding.diagnostic.deprecated]
    fixed = engine.fix(None, _is_wanted)
    engine.write(fixed.changed, fixed.together)
    left = {finding.path for finding in fixed.report.findings if finding.diagnostic.deprecated}
    return compared(
        migration,
        fixed={path: (root / path).read_bytes() for path in fixed.changed},
        left={path: (root / path).read_bytes() for path in left},
        released=after,
    )._replace(
        findings=len(found),
        unsafe=Counter(_doubt(finding) for finding in found if not is_safe(finding)),
        seconds=time.monotonic() - begin,
    )


def _is_wanted(finding: Finding) -> bool:
    return finding.diagnostic.deprecated and is_safe(finding)


def _doubt(finding: Finding) -> str:
    fix = finding.fix
    return "no fix" if fix is None or fix.unsafe is None else fix.unsafe


def _take_over(path: Path, released: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    if released.is_dir():
        shutil.copytree(released, path, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(released, path)


def _registry(migration: Migration) -> str:
    lines = ["version = 1"]
    for number, (old, new) in enumerate(migration.moved.items()):
        lines += [f"[concepts.c{number}]", f'canonical = "{new}"']
        lines += [f"[[concepts.c{number}.deprecated]]", f'path = "{old}"']
    return "\n".join(lines) + "\n"


def compared(
    migration: Migration,
    *,
    fixed: Mapping[str, bytes],
    left: Mapping[str, bytes],
    released: Path,
) -> Outcome:
    """The changed files, and those in which findings are left, beside what was released."""
    outcome = Outcome(0, Counter(), [], [], [], [], {}, [], 0.0)

    def says_old(path: str, content: bytes) -> bool:
        return any(_is_in(said.path, migration.moved) for said in reading(path, content, migration))

    for path, content in sorted(fixed.items()):
        theirs = _content(released / path)
        if theirs is None:
            outcome.gone.append(path)
        elif content == theirs:
            outcome.equal.append(path)
        elif (own := reading(path, content, migration)) == (others := reading(path, theirs, migration)):
            outcome.same.append(path)
        elif says_old(path, theirs):
            outcome.kept.append(path)
        else:
            outcome.other[path] = "; ".join([*_marked("-", own - others), *_marked("+", others - own)])
    for path, content in sorted(left.items()):
        theirs = _content(released / path)
        if theirs is not None and says_old(path, content) and not says_old(path, theirs):
            outcome.missed.append(path)
    return outcome


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _marked(mark: str, said: Iterable[Said]) -> list[str]:
    return [f"{mark} `{part.text}`" for part in sorted(said)]


def _differences(outcome: Outcome) -> Iterator[str]:
    """The classes of difference (`-` is what the fix wrote, `+` what was released), the largest first."""
    classes: dict[str, list[str]] = defaultdict(list)
    for path, difference in outcome.other.items():
        classes[difference].append(path)
    for difference, paths in sorted(classes.items(), key=lambda known: (-len(known[1]), known[0]))[:_SHOWN]:
        yield f"- {len(paths)} other ({paths[0]}{', …' if len(paths) > 1 else ''}): {difference}"
    for column, paths in (("left", outcome.kept), ("gone", outcome.gone), ("missed", outcome.missed)):
        if paths:
            yield f"- {len(paths)} {column}: {', '.join(paths[:_SHOWN])}{', …' if len(paths) > _SHOWN else ''}"
    for reason, number in outcome.unsafe.most_common(_SHOWN):
        yield f"- {number} unsafe: {reason}"


# -- what a file says of the names that moved ---------------------------------------------------------------------


class Said(NamedTuple):
    """An import, a dotted name or a string in which a file speaks of what was moved."""

    text: str
    """In the file's own words."""
    path: str
    """What it names, as an absolute dotted path."""


def reading(path: str, content: bytes, migration: Migration) -> frozenset[Said]:
    """All that a file says of what was moved. One use more or less of what it says anyway is no difference."""
    moved = {*migration.moved, *migration.moved.values()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
    except SyntaxError as error:  # Python has become stricter; then only the very same bytes are the same
        return frozenset({Said(f"{error.msg} in {len(content)} bytes", "")})
    found: set[Said] = set()
    bound: dict[str, str] = {}
    for said, local, meant in _imports(path, tree):
        found.add(said)
        bound[local] = meant
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)) and (dotted := _dotted(node)):
            first, dot, rest = dotted.partition(".")
            found.add(Said(dotted, f"{bound.get(first, '')}{dot}{rest}"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(Said(repr(node.value), node.value))
    return frozenset(said for said in found if _is_in(said.path, moved))


def _is_in(dotted: str, paths: Iterable[str]) -> bool:
    return any(f"{dotted}.".startswith(f"{path}.") for path in paths)


def _imports(path: str, tree: ast.Module) -> Iterator[tuple[Said, str, str]]:
    """Every imported name, as it would stand alone, what is bound by it and what that is."""
    package = path.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                text = ast.unparse(ast.Import([alias]))
                top = alias.name.partition(".")[0]
                yield Said(text, alias.name), alias.asname or top, alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            for alias in node.names:
                text = ast.unparse(ast.ImportFrom(node.module, [alias], node.level))
                meant = ".".join(filter(None, [*base, node.module, alias.name]))
                yield Said(text, meant), alias.asname or alias.name, meant


def _dotted(node: ast.expr) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else None


if __name__ == "__main__":
    sys.exit(main())
