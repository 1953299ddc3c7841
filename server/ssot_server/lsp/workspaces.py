"""Which engine answers for which file.

Everything here lives in the worker's thread and knows the editor's texts as of the job at hand.
"""

from __future__ import annotations

import logging
import os
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from ssot_rules.registry import WorkspaceOptions
from ssot_server.cache import Cache
from ssot_server.engine import Engine, NoRegistry, defined
from ssot_server.lsp import uris
from ssot_server.lsp.documents import Document
from ssot_server.lsp.notebooks import Notebook
from ssot_server.lsp.positions import editor_text
from ssot_server.lsp.sheets import NotebookFile, OpenNotebook, PlainFile, closed_notebook, sheet_of
from ssot_server.lsp.watcher import WatchedFolder
from ssot_server.places import FILE_SUFFIXES, NOTEBOOK_SUFFIX
from ssot_server.workspace import IGNORE_FILE, REGISTRY_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from contextlib import AbstractContextManager

    from lsprotocol.types import Location

    from ssot_rules.facts import Span
    from ssot_server.engine import Engine
    from ssot_server.lsp.notebooks import Cell
    from ssot_server.lsp.positions import Encoding
    from ssot_server.lsp.sheets import Shown
    from ssot_server.report import Finding
    from ssot_server.steps import Progress

    Watch = Callable[[str, bool], AbstractContextManager[Progress]]

_log = logging.getLogger(__name__)

_TRIES = 3
"""How often the workspace is looked at anew because it changed meanwhile."""


class Project:
    """One registry: its engine, and the documents that are open in its folder."""

    def __init__(self, engine: Engine, root: str, watch: Watch) -> None:
        self.engine = engine
        self.root = root
        """The folder that paths are relative to, as the editor spells it."""
        self.documents: dict[str, Document | Notebook] = {}
        self._shown: dict[str, Shown] = {}
        """What the editor has of each of them."""
        self._before: dict[str, frozenset[str]] = {}
        """What each of them defined when it was opened."""
        self.registry = engine.registry_name
        """The registry's relative path."""
        self._watch = watch
        self._indexed = False

    def put(self, path: str, document: Document | Notebook | None) -> None:
        """What the editor has for a file; None goes back to what the disk has."""
        if document is None:
            self.documents.pop(path, None)
            self._shown.pop(path, None)
            self._before.pop(path, None)
            self.engine.set_text(path, None)
        else:
            shown = _shown(document)
            self.documents[path] = document
            self._shown[path] = shown
            if path not in self._before:
                self._before[path] = defined(shown.text)
            self.engine.set_text(path, shown.text)

    def index(self) -> None:
        """Find out all that there is to know; long work."""
        with self._watch(PurePath(self.root).name, self._indexed) as progress:
            self.engine.prepare(progress)
        self._indexed = True

    def check(self, paths: Collection[str] | None) -> dict[str, list[Finding]]:
        """The findings in these files, as far as they are known yet, or all that there are, by file."""
        if paths is None:
            with self._watch(PurePath(self.root).name, self._indexed) as progress:
                report = self.engine.check(None, progress)
            self._indexed = True
        else:
            report = self.engine.check(paths, glance=True)
        for skipped in report.skipped:
            _log.debug("%s is left out: %s", skipped.path, skipped.message)
        found: dict[str, list[Finding]] = {path: [] for path in paths or ()}
        for finding in report.findings:
            if paths is None or finding.path in found:
                found.setdefault(finding.path, []).append(finding)
        for path in self.documents.keys() if paths is None else self.documents.keys() & found.keys():
            found.setdefault(path, []).extend(self.engine.check_new(path, self._before[path]))
        return found

    def all_findings(self) -> list[Finding]:
        """Every finding there is, of one state of the workspace; none where somebody edits it all the while. Long
        work, in the middle of which documents may change."""
        for _ in range(_TRIES):
            before = self.engine.index()
            found = self.check(None)
            if self.engine.index() is before:
                return list(chain.from_iterable(found.values()))
        _log.info("the workspace changes too often to be fixed as a whole")
        return []

    def shown(self, path: str) -> Shown:
        """A file as the editor has it, or would have it."""
        if path in self._shown:
            return self._shown[path]
        uri = uris.from_path(self.file_name(path))
        if not path.endswith(NOTEBOOK_SUFFIX):
            return PlainFile(uri, None, self.engine.text(path) or "")
        try:
            shown = closed_notebook(uri, self.engine.read(Path(self.root, path)).decode("utf-8-sig"))
        except (OSError, ValueError):
            shown = closed_notebook(uri, "")
        is_known = shown.text == self.engine.text(path)
        return shown if is_known else closed_notebook(uri, "")  # of what changed meanwhile no place is known

    @property
    def registry_uri(self) -> str:
        """The registry's own, as the editor spells it if it has it open."""
        return self.shown(self.registry).sheets[0].uri

    def location(self, path: str, span: Span, encoding: Encoding) -> Location:
        """Where the editor has a span of a file."""
        from lsprotocol.types import Location

        sheet = sheet_of(self.shown(path), span.start)
        return Location(sheet.uri, sheet.range(span, encoding))

    def options(self) -> WorkspaceOptions:
        """What belongs to the workspace, by the registry in force."""
        from ssot_server.engine import NoRegistry

        try:
            registry = self.engine.registry()
        except NoRegistry:  # gone since it was found
            registry = None
        return registry.workspace if registry is not None else WorkspaceOptions()

    def shared(self) -> dict[str, str]:
        """The registries that its registry extends: their absolute paths by relative ones."""
        return {path: self.file_name(path) for path in self.engine.shared_registries}

    def inner(self) -> tuple[str, ...]:
        """The folders of its workspace that have registries of their own; none where a registry speaks for all."""
        from ssot_server.engine import NoRegistry

        try:
            return self.engine.inner_registries() if self.registry == REGISTRY_NAME else ()
        except NoRegistry:  # gone since it was found
            return ()

    def file_name(self, path: str) -> str:
        """The absolute path of a file."""
        return os.path.normpath(Path(self.root, path))


class File(NamedTuple):
    """A file of a project."""

    project: Project
    path: str
    """Relative to the project's root, with `/`."""

    @property
    def has_cells(self) -> bool:
        """Whether it is a notebook, and the editor shows its cells."""
        return isinstance(self.project.documents.get(self.path), Notebook)

    @property
    def word(self) -> str:
        """What people call it."""
        return "notebook" if self.path.endswith(NOTEBOOK_SUFFIX) else "file"


class Workspaces:
    """All projects of one editor, opened when first needed."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._projects: dict[str, Project] = {}
        self._documents: dict[str, Document | Notebook] = {}
        self._notebooks: dict[str, str] = {}
        """The notebook of each cell, both by their URIs."""
        self._places: dict[str, File] = {}
        self._folders: tuple[str, ...] = ()
        self._configuration: str | None = None

    def configure(self, folders: tuple[str, ...], configuration: str | None) -> None:
        """The editor's folders, as absolute paths, and the registry to use instead of the nearest."""
        if configuration is not None and folders:
            configuration = str(Path(folders[0], Path(configuration).expanduser()))
        if configuration != self._configuration:
            self._projects.clear()
            self._places.clear()
        self._folders = folders
        self._configuration = configuration
        needed = {project.root for project in self.projects()}
        for root in self._projects.keys() - needed:
            del self._projects[root]

    def put(self, document: Document | Notebook) -> None:
        """A document or notebook was opened or edited."""
        self._forget_cells(document.uri)
        self._documents[document.uri] = document
        self._notebooks.update((cell.uri, document.uri) for cell in _cells(document))
        self._attach(document)
        self._tell_those_who_extend(document)

    def drop(self, document: Document | Notebook) -> None:
        """A document or notebook was closed."""
        self._forget_cells(document.uri)
        self._documents.pop(document.uri, None)
        self._detach(document.uri)
        self._tell_those_who_extend(document)

    def _tell_those_who_extend(self, document: Document | Notebook) -> None:
        """Projects whose registry extends what a document shows have to read it again."""
        changed = os.path.normpath(document.path)
        for project in self._projects.values():
            shared = {shared for shared, path in project.shared().items() if path == changed}
            if shared:
                project.engine.invalidate(shared)

    def _unsaved(self, path: str) -> str | None:
        """What an editor has of a file, without its byte order mark; None where it is not open."""
        found = (document for document in self._documents.values() if os.path.normpath(document.path) == path)
        document = next(found, None)
        return editor_text(document.text).text if isinstance(document, Document) else None

    def invalidate(self, paths: Iterable[str]) -> bool:
        """Files or whole folders, given by absolute paths, were created, changed or deleted on disk; whether that can
        change what is found."""
        changed = frozenset(map(os.path.normpath, paths))
        is_news = any(map(self._is_registry, changed))
        for root, project in tuple(self._projects.items()):
            around = {root, *map(str, PurePath(root).parents)}
            if not around.isdisjoint(changed) or not _is_file(project.engine.registry_path):
                del self._projects[root]
                is_news = True
            elif inside := {
                *(relative for path in changed if (relative := _inside(path, root, around)) is not None),
                *(shared for shared, path in project.shared().items() if path in changed),
            }:
                is_news |= project.engine.invalidate(inside)
        return is_news

    def to_watch(self, *, by_editor: bool) -> frozenset[WatchedFolder]:
        """The folders whose files matter and that the editor does not watch, given whether it watches its own."""
        current = self.projects()
        found = {
            WatchedFolder(project.root, project.options(), project.registry)
            for project in {*current, *self._projects.values()}
            if not (by_editor and project.registry == REGISTRY_NAME and self._in_folders(project.root))
        }
        for project in current:
            files = map(PurePath, project.shared().values())
            found.update(WatchedFolder(str(file.parent), registry=file.name) for file in files)
        if not by_editor:
            found.update(WatchedFolder(path) for path in self._without_project())
        return frozenset(found)

    def _without_project(self) -> Iterator[str]:
        """The folders in which a registry would be the first one for a folder of the editor or for a document."""
        for folder in self._folders:
            if self._find(os.path.join(folder, REGISTRY_NAME)) is None:  # noqa: PTH118
                yield os.path.normpath(folder)
        for document in self._documents.values():
            if self._find(document.path) is None:
                parents = [str(parent) for parent in PurePath(document.path).parents]
                yield from [parent for parent in parents if self._in_folders(parent)] or parents[:1]

    def _in_folders(self, path: str) -> bool:
        return any(_relative(path, folder) is not None for folder in self._folders)

    def _is_registry(self, path: str) -> bool:
        """Whether a path that changed is a registry, or a folder that has one."""
        if os.path.basename(path) == REGISTRY_NAME or path == self._configuration:  # noqa: PTH119
            return True
        return not path.endswith(FILE_SUFFIXES) and _is_file(Path(path, REGISTRY_NAME))

    def file(self, uri: str) -> File | None:
        """The file that a URI names, of a cell too, and the project that answers for it; None when no registry is
        near."""
        document = self._documents.get(self._notebooks.get(uri, uri))
        if document is not None:
            return self._attach(document)
        path = uris.to_path(uri)
        return None if path is None else self._find(path)

    def open_files(self) -> Iterator[File]:
        """The open documents that some project answers for."""
        for document in tuple(self._documents.values()):
            file = self._attach(document)
            if file is not None:
                yield file

    def projects(self) -> tuple[Project, ...]:
        """The projects of the editor's folders and open documents."""
        found = [file.project for folder in self._folders if (file := self._find(os.path.join(folder, REGISTRY_NAME)))]  # noqa: PTH118
        found.extend(file.project for file in self.open_files())
        return tuple(dict.fromkeys(found))

    def every_project(self) -> tuple[Project, ...]:
        """Those, and the projects below them that have registries of their own."""
        found = list(self.projects())
        for project in tuple(found):
            inner = (os.path.join(project.root, folder, REGISTRY_NAME) for folder in project.inner())  # noqa: PTH118
            found.extend(file.project for path in inner if (file := self._find(path)) is not None)
        return tuple(dict.fromkeys(found))

    def shown_files(self, project: Project, paths: Iterable[str]) -> Iterator[str]:
        """Those of a project's files that belong to no project deeper down and lie in a folder of the editor; and
        the registry, wherever it is."""
        owned: dict[str, bool] = {}
        for path in paths:
            if path == project.registry:
                yield path
                continue
            name = project.file_name(path)
            if self._folders and not self._in_folders(name):
                continue
            folder = os.path.dirname(name)  # noqa: PTH120
            if folder not in owned:
                owned[folder] = self._project(name) is project
            if owned[folder]:
                yield path

    def describe(self) -> str:
        """What is known, for people who look for a mistake."""
        lines = [f"folders: {', '.join(self._folders) or 'none'}", f"configuration: {self._configuration or 'nearest'}"]
        lines += [
            f"registry: {project.engine.registry_path}, {len(project.documents)} open documents"
            for project in self.projects()
        ]
        return "\n".join(lines)

    def _forget_cells(self, uri: str) -> None:
        for cell in _cells(self._documents.get(uri)):
            self._notebooks.pop(cell.uri, None)

    def _attach(self, document: Document | Notebook) -> File | None:
        file = self._find(document.path)
        if self._places.get(document.uri) != file:
            self._detach(document.uri)
        if file is None:
            return None
        self._places[document.uri] = file
        if file.project.documents.get(file.path) is not document:
            file.project.put(file.path, document)
        return file

    def _detach(self, uri: str) -> None:
        place = self._places.pop(uri, None)
        if place is not None:
            place.project.put(place.path, None)

    def _find(self, path: str) -> File | None:
        project = self._project(path)
        relative = None if project is None else _relative(path, project.root)
        return None if project is None or relative is None else File(project, relative)

    def _project(self, path: str) -> Project | None:
        if self._configuration is not None:
            registry = Path(self._configuration)
            root = str(registry.parent) if registry.is_file() else None
        else:
            registry, root = None, _root(path)
        if root is None:
            return None
        if root not in self._projects:
            opened = self._open(root, registry)
            if opened is None:
                return None
            self._projects[root] = opened
        return self._projects[root]

    def _open(self, root: str, registry: Path | None) -> Project | None:
        try:
            engine = Engine.open(
                Path(root),
                registry,
                cache=Cache.open,
                lean=True,
                notebooks=True,
                unsaved=lambda path: self._unsaved(os.path.normpath(Path(root, path))),
            )
        except NoRegistry:
            return None
        _log.info("using %s", engine.registry_path)
        return Project(engine, root, self._watch)


def _root(path: str) -> str | None:
    """The nearest folder around a file that has a registry, in the spelling of the file's path."""
    for folder in Path(path).parents:
        if (folder / REGISTRY_NAME).is_file():
            return str(folder)
    return None


def _inside(path: str, root: str, around: Collection[str]) -> str | None:
    """A path relative to a project's root, around which there are these folders; None if it does not concern it."""
    folder, name = os.path.split(path)
    if name == IGNORE_FILE and folder in around:
        return name  # what counts for the folder counts in it
    return _relative(path, root)


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file may raise


def _relative(path: str, folder: str) -> str | None:
    try:
        return PurePath(path).relative_to(folder).as_posix()
    except ValueError:
        return None


def _shown(document: Document | Notebook) -> Shown:
    if isinstance(document, Notebook):
        return OpenNotebook(document)
    kind = NotebookFile if document.path.endswith(NOTEBOOK_SUFFIX) else PlainFile
    return kind(document.uri, document.version, document.text)


def _cells(document: Document | Notebook | None) -> tuple[Cell, ...]:
    return document.cells if isinstance(document, Notebook) else ()
