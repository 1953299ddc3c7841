"""The one engine behind every face: it holds a workspace's state, runs the rules and carries out fixes.

An engine belongs to one registry; the folder of its `ssot.toml` is the workspace's root. Calls are synchronous
and must not overlap; the faces decide in which thread they run.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from ssot_rules import ALL_RULES, invalid_registry
from ssot_rules.contract import Applicability, Edit, Fix, Severity
from ssot_rules.facts import Facts
from ssot_rules.file_names import concerned
from ssot_rules.lifecycle import next_change
from ssot_rules.registry import Registry, WorkspaceOptions
from ssot_rules.relevance import Word, words
from ssot_server import steps
from ssot_server.cache import Cache
from ssot_server.checking import check_new, check_registry, unsettled
from ssot_server.disk import Disk
from ssot_server.fixing import Changed, Edits, apply_edits, compose
from ssot_server.index.extract import extract
from ssot_server.index.interface import looks_alike, shows_alike
from ssot_server.index.library import Library
from ssot_server.index.memory import Memory
from ssot_server.index.snapshot import Reach, Snapshot, Survey
from ssot_server.index.store import Store
from ssot_server.index.surroundings import Surroundings
from ssot_server.places import FILE_SUFFIXES, SOURCE_SUFFIXES
from ssot_server.registry_reader import Reading, Shared, Sharing, read_registry
from ssot_server.report import Finding, Report, Skipped
from ssot_server.search import Search, seeks_likes
from ssot_server.steps import Desk, Progress
from ssot_server.workers import Crew
from ssot_server.workspace import (
    ENVIRONMENT_MARK,
    TREE_FILES,
    ChangedUnderneath,
    FileFilter,
    ImportSettings,
    Layout,
    UnreadableSource,
    delete_source,
    find_registry,
    read_source,
    require_deletable,
    require_writable,
    write_source,
)

_MANY = 400
"""With fewer files, one process is quicker than several."""
_MUCH = 100_000
_ROUNDS = 25
"""How often fixes are looked for again in fixed text; every round applies at least one."""


class NoRegistry(Exception):
    """No `ssot.toml` was found; the message says where it was looked for and what to do."""


class FixResult(NamedTuple):
    """What fixing would change; nothing is written yet."""

    changed: Changed
    """The text of each changed file, before and after."""
    fixed: int
    """How many findings are gone."""
    report: Report
    """What is left."""
    skipped: tuple[Skipped, ...]
    """Files whose fixes were dropped, and why."""
    together: tuple[frozenset[str], ...] = ()
    """Files of which all have to change or none, because one fix changes them."""


class Engine:
    """One workspace under one registry."""

    def __init__(
        self,
        registry_path: Path,
        jobs: int = 1,
        cache: Callable[[Path], Cache] | None = None,
        *,
        lean: bool = False,
        notebooks: bool = False,
        today: Callable[[], date] = date.today,
        unsaved: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        """`jobs` is how many processes may be at work; fixes are then worked out with the findings. `cache` opens
        the cache of a workspace. A `lean` engine keeps in memory what no editor has open only while it reads it.
        `notebooks` belong to the workspace where the face can show what is found in their cells. `today` tells the
        date, each time that it is asked: a server may run for days. `unsaved` gives an editor's text of a registry that
        this one extends, by path relative to the root; when it changes, `invalidate` wants to hear of it."""
        self.registry_path = registry_path
        self.root = registry_path.parent
        self._jobs = jobs
        self._suffixes = FILE_SUFFIXES if notebooks else SOURCE_SUFFIXES
        """How the names of the workspace's files end."""
        self._is_lean = lean
        self._today = today
        self._unsaved = unsaved
        memory = Memory(str(self.root), cache(self.root) if cache is not None else Cache.off())
        self._disk = Disk(memory.files)
        self._store = Store(self.root, self._disk, memory)
        self._registry_text: str | None = None
        self._reading: Reading | None = None
        self._good: Reading | None = None
        self._shared: dict[str, str | None] = {}
        """The registries that it extends, by path relative to the root: their texts, None where there is none."""
        self._tree: _Tree | None = None
        self._snapshot: Snapshot | None = None
        self._edited: set[str] = set()
        """Files that changed since the snapshot was taken."""
        self._asked: frozenset[Word] = frozenset()
        """What files were searched for besides what the registry speaks of."""
        self._progress: Progress = _silent
        self._library = Library(self.root, self._read_facts, self._disk)

    @classmethod
    def open(
        cls,
        start: Path,
        config: Path | None = None,
        jobs: int = 1,
        cache: Callable[[Path], Cache] | None = None,
        *,
        lean: bool = False,
        notebooks: bool = False,
        today: Callable[[], date] = date.today,
        unsaved: Callable[[str], str | None] = lambda _: None,
    ) -> Engine:
        """The engine for the registry nearest to a file or folder, or for the registry `config`.

        Raises `NoRegistry` where there is none.
        """
        found = config.resolve() if config is not None else find_registry(start)
        if found is None or not found.is_file():
            where = config if config is not None else f"{start} or any folder above it"
            raise NoRegistry(f"no ssot.toml in {where}: write one with at least `version = 1` and a [concepts.…] table")
        return cls(found, jobs, cache, lean=lean, notebooks=notebooks, today=today, unsaved=unsaved)

    # -- state --------------------------------------------------------------------------------------------

    @property
    def registry_name(self) -> str:
        """The registry's path relative to the root: its file name."""
        return self.registry_path.name

    def set_text(self, path: str, text: str | None) -> None:
        """Let a text stand for a file's, as an editor's unsaved text does; None goes back to the file."""
        if path == self.registry_name:
            self._registry_text = text
            self._forget_registry()
            return
        self._store.set_text(path, text)
        self._edited.add(path)
        exists = text is not None or (self.root / path).is_file()
        if self._tree is None or path not in self._tree.known or not exists:
            self._forget_tree()

    def delete(self, path: str) -> None:
        """Let a file count as deleted, as a fix wants it, until it is given a text or goes back to what it is."""
        self._store.delete(path)
        self._edited.add(path)
        self._forget_tree()

    def invalidate(self, paths: Iterable[str]) -> bool:
        """Files or whole folders were changed, created or deleted on disk; whether that can change what is found.

        A text that an editor holds stands, whatever becomes of its file.
        """
        changed = frozenset(paths)
        self._store.forget_below({path for path in changed if self._may_be_folder(path)})
        return any([self._invalidate(path) for path in changed])  # noqa: C419 - each of them has to be told

    def _invalidate(self, path: str) -> bool:
        if path == self.registry_name:
            if self._registry_text is None:
                self._forget_registry()
            return self._registry_text is None
        if path in self._shared:
            self._forget_registry()
            return True
        is_held = path in self._store.unsaved
        if not is_held:
            self._store.forget(path)
        if self._tree is None:
            return not is_held
        if self._reshapes(path, self._tree):
            self._forget_tree()
            return True
        if is_held or path not in self._tree.known:
            return False
        self._edited.add(path)
        return True

    def _may_be_folder(self, path: str) -> bool:
        if path.endswith(self._suffixes):
            return False
        return self._tree is None or path in self._tree.layout.folders or self._is_folder(path)

    def _reshapes(self, path: str, tree: _Tree) -> bool:
        """Whether there may be other modules now, or other names for them."""
        folder, _, name = path.rpartition("/")
        if name in TREE_FILES:
            return not tree.filter.is_left_out(folder.rpartition("/")[0] if name == ENVIRONMENT_MARK else folder)
        if path in tree.known:
            return path not in self._store.unsaved and not self._is_file(path)
        if path.endswith(self._suffixes) and self._is_file(path):
            return not tree.filter.is_excluded(path)
        if path in tree.layout.folders:
            return True
        return (
            self._is_folder(path)
            and not tree.filter.is_left_out(path)
            and _holds_python(self.root / path, self._suffixes)
        )

    def _is_file(self, path: str) -> bool:
        return os.path.isfile(self.root / path)  # noqa: PTH113 - Path.is_file may raise

    def _is_folder(self, path: str) -> bool:
        return os.path.isdir(self.root / path)  # noqa: PTH112 - Path.is_dir may raise

    def _forget_registry(self) -> None:
        self._reading = None
        self._forget_tree()

    def _forget_tree(self) -> None:
        self._tree = None
        self._snapshot = None

    def registry_reading(self) -> Reading:
        """The registry's file as it is now, mistakes included."""
        if self._reading is None:
            text = self._registry_text
            if text is None:
                try:
                    text = read_source(self.registry_path, self._disk.read).text
                except UnreadableSource as error:
                    raise NoRegistry(f"{self.registry_path}: {error}") from error
            self._reading = read_registry(self.registry_name, text, _SYNONYMS, Sharing(self._fetch, _SYNONYMS))
            if self._reading.registry is not None:
                self._good = self._reading
        return self._reading

    def _fetch(self, item: str, by: str) -> Shared | str:
        """The file that an item of `extends` means in the registry `by`, or why there is none."""
        if item.startswith("package:"):
            package, _, name = item.removeprefix("package:").partition("/")
            file = self._library.data_file(package, name)
            if file is None:
                return f"the project's environment (`.venv`) has no package `{package}` with a file `{name}`"
        else:
            file = Path(os.path.normpath(self.root / by / ".." / item))
        path = _relative_name(file, self.root)
        self._shared[path] = None
        text = self._unsaved(path)
        try:
            text = read_source(file, self._disk.read).text if text is None else text
        except UnreadableSource as error:
            return f"`{path}`: {error}"
        self._shared[path] = text
        return Shared(path, text)

    @property
    def shared_registries(self) -> frozenset[str]:
        """The files, there or missing, that the registry extends, relative to the root."""
        return frozenset(self._shared)

    def registry(self) -> Registry | None:
        """The registry in force: the last one without a mistake."""
        self.registry_reading()
        return self._good.registry if self._good else None

    def files(self) -> tuple[str, ...]:
        """Every Python file that this registry governs, relative to its root, in order: those below a folder
        with a registry of its own are indexed, and left to that one."""
        return self._workspace_tree().own

    def inner_registries(self) -> tuple[str, ...]:
        """The folders below the root, relative to it, that have a registry of their own, in order."""
        return tuple(sorted(filter(None, self._workspace_tree().filter.registries)))

    def source_roots(self) -> tuple[str, ...]:
        """The folders, relative to the root, where top-level packages start."""
        return self._workspace_tree().layout.roots

    def _workspace_tree(self) -> _Tree:
        if self._tree is None:
            registry = self.registry()
            options = registry.workspace if registry else WorkspaceOptions()
            self._tree = _Tree.build(self.root, options, self._store, self._disk, self._suffixes)
        return self._tree

    def index(self) -> Snapshot | None:
        """The workspace as it is now; None while no registry is in force."""
        if self._snapshot is not None and self._snapshot.today != (today := self._today()):
            self._snapshot = self._snapshot.on(today)
        if self._snapshot is not None and self._edited:
            after = self._after_edits(self._snapshot) if self._snapshot.has_reach else None
            self._snapshot = after or self._snapshot.again(self._edited)
        if self._snapshot is None and self.registry() is not None:
            self._snapshot = self._fresh_snapshot()
        self._edited.clear()
        return self._snapshot

    @property
    def is_indexed(self) -> bool:
        """Whether all is known that there is to know of the workspace as it is now, or there is no registry."""
        return self.registry() is None or (self._snapshot is not None and self._snapshot.has_reach)

    def view(self) -> Snapshot | None:
        """The workspace as far as it is known without searching it; None while no registry is in force."""
        if self.is_indexed:
            return self.index()
        glance = self._fresh_snapshot()
        wanted = words(glance)
        names = frozenset(word.text for word in wanted if word.is_name)
        glance.take_reach(Reach((), names, wanted, is_complete=False))
        return glance

    def _fresh_snapshot(self) -> Snapshot:
        assert self._good is not None
        assert self._good.registry is not None
        tree = self._workspace_tree()
        return Snapshot(
            self._good.registry,
            self._good.source,
            tree.layout,
            load=self._store.load,
            outline=self._store.outline,
            is_test=tree.filter.is_test,
            reach=self._reach,
            library=self._library,
            survey=Survey(tree.import_settings.style, self._speaking_of),
            surroundings=Surroundings(
                self.root, self._disk, tree.filter.is_excluded, tree.filter.folders, self._store.deleted
            ),
            today=self._today(),
        )

    def _speaking_of(self, names: Collection[str]) -> dict[str, list[str]]:
        """The files that may reach a name of another one, for each of some names."""
        searched = frozenset(map(Word, names))
        self._asked |= searched
        found = self._store.search(Search(searched), self._workspace_tree().every, lambda files: files).found
        return {word.text: sorted(path for path, words in found.items() if word in words) for word in searched}

    @contextmanager
    def crew(self, progress: Progress | None = None) -> Iterator[Crew[Desk]]:
        """Processes that go through the files together, for what no registry narrows down. There must be a registry
        in force, which may be empty."""
        index = self.index()
        assert index is not None
        with self._watched(progress), without_collector():
            desk = self._desk(index)
            with Crew(desk, self._jobs if len(desk.files) >= _MANY else 1) as crew:
                yield crew

    def _desk(self, index: Snapshot) -> Desk:
        return Desk(index, self._store, self._workspace_tree().every, self._progress, self._is_lean)

    def _reach(self, index: Snapshot) -> Reach:
        desk = self._desk(index)
        with Crew(desk, 1) as crew:
            return steps.reach(crew, desk)

    def _after_edits(self, before: Snapshot) -> Snapshot | None:
        """The snapshot after the edits; None where an interface changed, or a definition that others are compared
        with: then anything may have."""
        tree = self._workspace_tree()
        reach = before.reach()
        search = Search(reach.words)
        paths, others = set(reach.paths), set(reach.unsettled)
        unnamed, unlike = set(reach.unnamed), set(reach.unlike)
        for path in self._edited:
            outline = before.known_outline(path)
            if outline is not None and not shows_alike(outline, self._store.outline(path)):
                return None
            found = self._store.found(path, search)
            is_named = not all(map(seeks_likes, found)) or any(concerned((path,), before))
            is_concerned = (is_named or bool(found)) and path in tree.known
            known = before.known_facts(path)
            if known is not None:
                facts = self._store.load(path)
                if facts is None or not looks_alike(known, facts):
                    return None
            elif is_concerned:
                return None
            (paths.add if is_concerned else paths.discard)(path)
            (unnamed.discard if is_named or not is_concerned else unnamed.add)(path)
            (unlike.discard if any(map(seeks_likes, found)) or not is_concerned else unlike.add)(path)
            is_open = path in tree.known and not is_concerned and unsettled((path,), before.after({path}, reach))
            (others.add if is_open else others.discard)(path)
        is_other = len(paths) != len(reach.paths) or others != reach.unsettled
        if is_other or unnamed != reach.unnamed or unlike != reach.unlike:
            reach = reach._replace(
                paths=tuple(sorted(paths)),
                unsettled=frozenset(others),
                unnamed=frozenset(unnamed),
                unlike=frozenset(unlike),
            )
        later = before.after(self._edited, reach)
        return later if before.is_still_like(self._edited, later) else None

    def text(self, path: str) -> str | None:
        """The text that findings in a file refer to."""
        if path == self.registry_name:
            return self.registry_reading().source.text
        shared = self._shared.get(path)
        return shared if shared is not None else self._store.text(path)

    def read(self, path: Path) -> bytes:
        """The content of a file, on disk, that a result rests on. Raises `OSError`."""
        return self._disk.read(path)

    def _read_facts(self, path: Path) -> Facts | None:
        """The facts of a file outside of the workspace."""
        try:
            return extract(read_source(path, self._disk.read).text)
        except UnreadableSource:
            return None

    def inputs(self) -> Disk:
        """Every file and folder that the checks so far have read: what their results rest on."""
        for path in self._store.unreadable:
            self._disk.leave_unread(os.fspath(self.root / path))
        self._disk.ask("packages", os.fspath(self.root))
        self._disk.shapes.update(self._store.shapes())
        return self._disk

    def holds_until(self) -> date | None:
        """The first day on which the same files may be found to hold something else; None if there is none."""
        registry = self.registry()
        return None if registry is None else next_change(registry, self._today())

    @property
    def words(self) -> frozenset[Word]:
        """What files were searched for so far."""
        known = self._snapshot is not None and self._snapshot.has_reach
        return self._asked | (self._snapshot.reach().words if known and self._snapshot is not None else frozenset())

    # -- checking -----------------------------------------------------------------------------------------

    def check(
        self, paths: Collection[str] | None = None, progress: Progress | None = None, *, glance: bool = False
    ) -> Report:
        """Run every rule that is on, over the given files (relative to the root) or over everything.

        With `glance`, as long as the workspace is not indexed, the findings are those that the registry's own names
        lead to. That takes no longer for a large workspace than for a small one.
        """
        with self._watched(progress):
            if glance and self.is_indexed:
                return self._check(paths, self.index())
            with without_collector():
                return self._check(paths, self.view() if glance else self.index())

    def check_new(self, path: str, before: Set[str]) -> list[Finding]:
        """What there is to say of definitions in a file that are being written: they may exist already. `before` are
        the names that the file defined when that began."""
        index = self.view()
        module = index.module(path) if index is not None else None
        return check_new(module, index, before) if module is not None and index is not None else []

    def prepare(self, progress: Progress | None = None) -> None:
        """Index the workspace, so that nothing has to be searched for when it is asked about."""
        with self._watched(progress), without_collector():
            while not self.is_indexed:
                index = self.index()
                if index is None:
                    return
                index.reach()
                desk = self._desk(index)
                with Crew(desk, 1) as crew:
                    steps.keep(crew, desk)

    @contextmanager
    def _watched(self, progress: Progress | None) -> Iterator[None]:
        outer, self._progress = self._progress, progress or _silent
        try:
            yield
        finally:
            self._progress = outer

    def _check(self, paths: Collection[str] | None, index: Snapshot | None) -> Report:
        reading = self.registry_reading()
        found = [
            Finding(self.registry_name, invalid_registry.RULE, Severity.ERROR, problem)
            for problem in reading.problems
            if paths is None or self.registry_name in paths
        ]
        if index is None:
            return Report(tuple(found), broken=True)
        files = self._workspace_tree().checked
        jobs = self._jobs if paths is None or len(paths) >= _MANY else 1
        desk = self._desk(index)
        with Crew(desk, jobs if len(files) >= _MANY else 1) as crew:
            if not index.has_reach:
                steps.reach(crew, desk)
            reach = index.reach()
            chosen = files.intersection((*reach.paths, *reach.unsettled) if paths is None else paths)
            checked = steps.check(crew, chosen)
            if paths is None:
                steps.keep(crew, desk)
        skipped = [skipped for part in checked for skipped in part.skipped]
        for part in checked:
            found += part.findings
            self._store.unreadable.update(part.unreadable)
        if reading.registry is not None and (paths is None or self.registry_name in paths):
            found += check_registry(self.registry_name, index)
        skipped += [
            Skipped(path, message) for path, message in self._store.unreadable.items() if paths is None or path in paths
        ]
        skipped.sort(key=lambda left_out: left_out.path)
        found.sort(key=lambda finding: (finding.path, finding.diagnostic.span, finding.rule.code))
        return Report(tuple(found), skipped=tuple(skipped), files=len(files))

    # -- fixing -------------------------------------------------------------------------------------------

    def edits(self, fixes: Iterable[Fix]) -> Edits:
        """The edits of one fix, or of as many of several as go together."""
        index = self.index()
        return compose(fixes, index) if index is not None else {}

    def fix(
        self,
        paths: Collection[str] | None,
        select: Callable[[Finding], bool],
        progress: Progress | None = None,
        answer: Callable[[Finding], Fix | None] | None = None,
    ) -> FixResult:
        """Apply the fixes of the selected findings, and of those that come up in the fixed text, in memory.

        `answer` gives what to apply instead of a finding's own fix: one of its choices. A file that would no longer
        parse keeps its text, and is said in `skipped`; so do the other files that a fix changes together with it.
        """
        fix_of = answer or _applicable
        original: dict[str, str] = {}
        unsaved = {path: self._store.text(path) for path in self._store.unsaved}
        unsaved[self.registry_name] = self._registry_text
        refused: dict[str, str] = {}
        together: dict[frozenset[str], None] = {}
        first = report = self.check(paths, progress)
        try:
            for _ in range(_ROUNDS):
                fixes = [
                    fix
                    for finding in report.findings
                    if select(finding)
                    and (fix := fix_of(finding)) is not None
                    and refused.keys().isdisjoint(change.path for change in fix.changes)
                ]
                composed = self.edits(fixes)
                if not composed:
                    break
                together.update(dict.fromkeys(filter(_is_several, map(_files, fixes))))
                spoiled = {path: why for path, edits in composed.items() if (why := self._apply(path, edits, original))}
                if spoiled:  # from the beginning, without the fixes that touch these files
                    refused.update(spoiled)
                    for path, text in original.items():
                        self.set_text(path, text)
                report = self.check(paths, progress)
            changed = {
                path: (before, after) for path, before in original.items() if (after := self.text(path)) != before
            }
        finally:
            for path in original:
                self.set_text(path, unsaved.get(path))
        skipped = tuple(Skipped(path, message) for path, message in sorted(refused.items()))
        return FixResult(
            changed,
            sum(map(select, first.findings)) - sum(map(select, report.findings)),
            report,
            skipped,
            tuple(together),
        )

    def _apply(self, path: str, edits: tuple[Edit, ...] | None, original: dict[str, str]) -> str | None:
        """Edit or delete a file in memory; why its text would be spoilt, if so."""
        if edits is None:
            original.setdefault(path, self._store.text(path) or "")
            self.delete(path)
            return None
        if path == self.registry_name:
            return self._apply_to_registry(edits, original)
        before = self._store.load(path)
        if before is None:
            return None
        original.setdefault(path, before.text)
        self.set_text(path, apply_edits(before.text, edits))
        fixed = self._store.load(path)
        if fixed is None or fixed.problem is None or before.problem is not None:
            return None
        return f"the fixed text would not parse ({fixed.problem.message}); nothing was changed"

    def fix_all(self, path: str, *, unsafe: bool = False) -> Changed:
        """The texts, before and after, that all safe fixes of a file (or all that there are) change: its own, and
        those of files whose strings have to follow."""
        return self.fix({path}, lambda finding: unsafe or _applicability(finding) == Applicability.SAFE).changed

    def _apply_to_registry(self, edits: tuple[Edit, ...], original: dict[str, str]) -> str | None:
        before = self.registry_reading()
        original.setdefault(self.registry_name, before.source.text)
        self.set_text(self.registry_name, apply_edits(before.source.text, edits))
        problems = self.registry_reading().problems
        return f"the changed registry would be wrong ({problems[0].message})" if problems else None

    def write(self, changed: Changed, together: Iterable[Collection[str]] = ()) -> tuple[Skipped, ...]:
        """Write fixed texts to their files, and delete those that go: the only place that changes the workspace.

        A file that no longer holds the text that was fixed, or cannot be written, is left alone and returned with the
        reason; so are those that have to change `together` with it. Files go when the texts are written.
        """
        groups = [frozenset(group) for group in together]
        refused = {path: why for path, texts in changed.items() if (why := self._refusal(path, *texts))}
        texts = [path for path, (_, after) in changed.items() if after is not None]
        gone = [path for path, (_, after) in changed.items() if after is None]
        for paths, following in ((texts, changed), (gone, gone)):
            refused.update(_left_with(refused, groups, following))
            for path in paths:
                if path not in refused and (failure := self._write(path, *changed[path])):
                    refused[path] = failure
        self.invalidate(changed)
        return tuple(Skipped(path, refused[path]) for path in changed if path in refused)

    def _refusal(self, path: str, before: str, after: str | None) -> str | None:
        """Why a file cannot be given a text or deleted, as far as can be told beforehand."""
        try:
            source = read_source(self.root / path)
            if source.text != before:
                return "the file changed while it was being fixed"
            if after is None:
                require_deletable(self.root / path)
            else:
                require_writable(self.root / path, source, after)
        except (UnreadableSource, OSError) as error:
            return str(error)
        return None

    def _write(self, path: str, before: str, after: str | None) -> str | None:
        """Give a file its text, or delete it; why that could not be, if so."""
        try:
            source = read_source(self.root / path)
            if source.text == after:  # another name of a file that was written just now
                return None
            if source.text != before:
                return "the file changed while it was being fixed"
            if after is None:
                delete_source(self.root / path, source)
            else:
                write_source(self.root / path, source, after)
        except (UnreadableSource, ChangedUnderneath, OSError) as error:
            return str(error)
        return None

    def create(self, text: str) -> None:
        """Write the registry's file, which must not be there yet. Raises `FileExistsError` and other `OSError`s."""
        with self.registry_path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        self.invalidate({self.registry_name})


class _Tree(NamedTuple):
    """The files of a workspace and how they are imported."""

    own: tuple[str, ...]
    """The files that no nearer registry governs, in order."""
    checked: frozenset[str]
    """The same."""
    every: tuple[str, ...]
    """Every file, in order."""
    known: frozenset[str]
    """The same."""
    filter: FileFilter
    layout: Layout
    import_settings: ImportSettings

    @classmethod
    def build(cls, root: Path, options: WorkspaceOptions, store: Store, disk: Disk, suffixes: tuple[str, ...]) -> _Tree:
        """`store` knows the files that exist in an editor, perhaps only there, and those that count as deleted;
        `suffixes` tell what belongs to it."""
        chosen = FileFilter(root, options, disk)
        found = {path for path in chosen.discover() if path.endswith(suffixes)} - store.deleted
        found.update(path for path in store.unsaved if path.endswith(suffixes) and not chosen.is_excluded(path))
        every = tuple(sorted(found))
        inner = tuple(f"{folder}/" for folder in chosen.registries if folder)
        own = tuple(path for path in every if not path.startswith(inner))
        modules = tuple(path for path in every if path.endswith(SOURCE_SUFFIXES))
        layout = Layout.build(root, modules, options, disk)
        settings = ImportSettings(str(root), disk)
        return cls(own, frozenset(own), every, frozenset(every), chosen, layout, settings)


def defined(text: str) -> frozenset[str]:
    """The names of the classes and functions that a text defines, as far as can be told without parsing it."""
    from ssot_server.index.contents import contents

    return frozenset(known.name for known in contents(text).definitions)


_SYNONYMS = {name: other for rule in ALL_RULES for name, other in (rule[:2], rule[1::-1])}
"""The other name of each rule, by its code and by its name."""


def _relative_name(file: Path, root: Path) -> str:
    """A path as seen from the root, with `/`; absolute where Windows has it on another drive."""
    try:
        return Path(os.path.relpath(file, root)).as_posix()
    except ValueError:
        return file.as_posix()


def _applicability(finding: Finding) -> Applicability | None:
    fix = finding.fix
    return fix.applicability if fix is not None else None


def _left_with(
    refused: Mapping[str, str], together: Iterable[frozenset[str]], paths: Collection[str]
) -> dict[str, str]:
    """Those of some files that cannot change because of others which were refused, each with the reason."""
    found: dict[str, str] = {}
    groups = [group for group in together if not refused.keys() >= group]
    while reached := [group for group in groups if any(path in refused or path in found for path in group)]:
        groups = [group for group in groups if group not in reached]
        for group in reached:
            culprit = min(path for path in group if path in refused or path in found)
            why = f"it has to change together with {culprit}, which was left alone"
            found.update((path, why) for path in group if path in paths and path not in refused and path not in found)
    return found


def _files(fix: Fix) -> frozenset[str]:
    return frozenset(change.path for change in fix.changes)


def _is_several(files: frozenset[str]) -> bool:
    return len(files) > 1


def _applicable(finding: Finding) -> Fix | None:
    fix = finding.fix
    return fix if fix is not None and fix.applicability != Applicability.DISPLAY else None


def _holds_python(folder: Path, suffixes: tuple[str, ...]) -> bool:
    return any(name.endswith(suffixes) for _, _, names in os.walk(folder) for name in names)


def _silent(message: str, done: int, total: int) -> None:
    """Nobody is watching."""


@contextmanager
def without_collector() -> Iterator[None]:
    """Facts are many small values without cycles; looking for cycles among them only costs time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if gc.get_count()[0] > _MUCH:
            gc.freeze()  # what a long run has made stays; going through it would hold everything up
        if enabled:
            gc.enable()
