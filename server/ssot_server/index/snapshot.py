"""The index: an immutable picture of the workspace that follows names across files.

Nothing is computed before it is asked for. A name is followed from its binding through imports, star
imports, aliases and re-exports to its definition; every step is remembered for the life of the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, NamedTuple, TypeVar

from ssot_rules.absence import STUB
from ssot_rules.facts import Binding, BindingKind, Definition, DefinitionKind, Facts, Shared, Sketch, Span
from ssot_rules.import_loops import components, may_lead_to, reached
from ssot_rules.import_style import ImportStyle
from ssot_rules.index import NAMESPACE, Index, Module, Place, Trace, absolute, absolute_path
from ssot_rules.outline import ANYTHING, Outline
from ssot_rules.registry import Registry, Source
from ssot_rules.relevance import Word
from ssot_server.index.lazy import imports_on_demand, modules_on_demand
from ssot_server.index.library import Library
from ssot_server.index.sharing import read_sharing
from ssot_server.index.surroundings import Surroundings
from ssot_server.workspace.gitignore import compile_patterns
from ssot_server.workspace.layout import Layout

Argument = TypeVar("Argument", bound=Hashable)
Result = TypeVar("Result")
Value = TypeVar("Value")


class Reach(NamedTuple):
    """What a registry could concern."""

    paths: tuple[str, ...]
    """The files that what it speaks of could concern, in order."""
    names: frozenset[str]
    """The names that could lead to something that it speaks of."""
    words: frozenset[Word]
    """What the files were searched for."""
    is_complete: bool = True
    """All files were searched."""
    unsettled: frozenset[str] = frozenset()
    """Further files that could hold a finding of a rule which concerns more than that."""
    unnamed: frozenset[str] = frozenset()
    """Those of `paths` that hold none of these names: they may only be like a canonical implementation."""
    unlike: frozenset[str] = frozenset()
    """Those of `paths` that hold too little of what the canonical implementations need to be like one."""


class Survey(NamedTuple):
    """What a snapshot is told of the workspace when it asks."""

    import_style: Callable[[str], ImportStyle]
    """How imports are written in a file."""
    speaking_of: Callable[[Collection[str]], Mapping[str, Iterable[str]]]
    """For each of some names the files whose text may reach it in another file."""


@dataclass(frozen=True, slots=True)
class _File:
    """What a snapshot has found out about one file."""

    module: Module | None
    definitions: dict[str, Definition | None] = field(default_factory=dict)
    bound: dict[int, tuple[Trace, ...]] = field(default_factory=dict)
    """By the number of a binding: where it leads."""
    results: dict[Callable[..., Any], Any] = field(default_factory=dict)
    """Results of `once` about the module."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a snapshot has found out so far."""

    files: dict[str, _File] = field(default_factory=dict)
    found: dict[Place, tuple[Trace, ...]] = field(default_factory=dict)
    """By home and name: where it leads."""
    circles: set[Hashable] = field(default_factory=set)
    """The steps of following a name that led into a circle."""
    connections: dict[tuple[Callable[..., Any], Hashable], Any] = field(default_factory=dict)
    """Results of `once` that depend on how modules are connected."""
    sketches: dict[Place, Sketch | None] = field(default_factory=dict)
    """What definitions are like, if that was asked: the above may depend on it."""
    told: dict[tuple[Callable[..., Any], str, Hashable], Any] = field(default_factory=dict)
    """Results of `told`: the above may depend on them."""
    anything: dict[tuple[Callable[..., Any], Hashable], Any] = field(default_factory=dict)
    """Results of `once` that may depend on everything."""
    outlines: dict[str, Outline] = field(default_factory=dict)
    settled: dict[Callable[..., Any], dict[str, frozenset[str] | None]] = field(default_factory=dict)
    """By a function that looks for grounds, and by path: what it found."""
    homes: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """By a module as it is spelled, and by the folder that it is spelled in: its file."""
    seen: dict[Callable[..., Any], dict[str, Any]] = field(default_factory=dict)
    """By function and path: results of `seen`."""
    tangles: list[tuple[frozenset[str], ...]] = field(default_factory=list)
    """What `tangles` gives, if that was asked."""

    def without(self, edited: Collection[str]) -> _Known:
        """What stays known when these files were edited and kept their interfaces."""
        files = {path: file for path, file in self.files.items() if path not in edited}
        outlines = _without(self.outlines, edited)
        settled = {compute: _without(known, edited) for compute, known in self.settled.items()}
        sketches = {place: sketch for place, sketch in self.sketches.items() if place.home not in edited}
        seen = {compute: _without(known, edited) for compute, known in self.seen.items()}
        told = {key: value for key, value in self.told.items() if key[1] not in edited}
        return _Known(
            files,
            self.found,
            self.circles,
            self.connections,
            sketches,
            told,
            outlines=outlines,
            settled=settled,
            homes=self.homes,
            seen=seen,
            tangles=self.tangles,
        )

    def bare(self, edited: Collection[str], lost: Mapping[str, frozenset[str]]) -> _Known:
        """What stays known when these files were edited, and now lead elsewhere; `lost` are the names that some of
        them no longer offer."""
        files = {path: _File(file.module) for path, file in self.files.items() if path not in edited}
        settled: dict[Callable[..., Any], dict[str, frozenset[str] | None]] = {
            compute: {
                path: grounds
                for path, grounds in known.items()
                if path not in edited and grounds is not None and not self._asks_for(path, grounds, lost)
            }
            for compute, known in self.settled.items()
        }
        return _Known(
            files,
            outlines=_without(self.outlines, edited),
            settled=settled,
            homes=self.homes,
            seen={compute: _without(known, edited) for compute, known in self.seen.items()},
        )

    def _asks_for(self, path: str, grounds: frozenset[str], lost: Mapping[str, frozenset[str]]) -> bool:
        """Whether what a file asks for may be among what was lost in a file that settled it."""
        if grounds.isdisjoint(lost):
            return False
        names = frozenset().union(*(lost[other] for other in grounds if other in lost))
        outline = self.outlines.get(path)
        return (
            outline is None
            or "__getattr__" in names
            or not all(names.isdisjoint(ask.names) for ask in outline.asks)
            or not all(names.isdisjoint(target.split(".")) for target in outline.targets)
        )


def _without(known: dict[str, Value], edited: Collection[str]) -> dict[str, Value]:
    return {path: value for path, value in known.items() if path not in edited}


class Snapshot:
    """The index over one state of the files and the registry."""

    def __init__(
        self,
        registry: Registry,
        source: Source,
        layout: Layout,
        load: Callable[[str], Facts | None],
        outline: Callable[[str], Outline],
        is_test: Callable[[str], bool],
        reach: Callable[[Snapshot], Reach],
        library: Library,
        survey: Survey,
        surroundings: Surroundings,
        today: date,
        known: _Known | None = None,
    ) -> None:
        """`load` gives a file's facts, None when it cannot be read, and `outline` its outline; `reach` tells what the
        registry could concern. It is a picture for the day `today`."""
        self.registry = registry
        self.source = source
        self._layout = layout
        self._load = load
        self._outline = outline
        self._is_test = is_test
        self._compute_reach = reach
        self._reach: Reach | None = None
        self._library = library
        self._survey = survey
        self._speakers: dict[str, Iterable[str]] = {}
        self._surroundings = surroundings
        self.today = today
        self._known = known or _Known()
        self._active: set[Hashable] = set()
        self._circular = False

    # -- modules ------------------------------------------------------------------------------------------

    def known_facts(self, path: str) -> Facts | None:
        """A file's facts, if this snapshot has looked at it."""
        file = self._known.files.get(path)
        return file.module.facts if file is not None and file.module is not None else None

    def module(self, path: str) -> Module | None:
        """See `Index.module`."""
        return self._file(path).module

    def _file(self, path: str) -> _File:
        found = self._known.files.get(path)
        if found is None:
            facts = self._load(path) if path and not path.endswith(NAMESPACE) else None
            name = "" if facts is None else self._layout.names(path)[0]
            found = self._known.files[path] = _File(
                None
                if facts is None
                else Module(
                    path=path,
                    home=(self._layout.table.get(name) or path) if path.endswith(".pyi") else path,
                    name=name,
                    is_package=self._layout.is_package(path),
                    is_test=self._is_test(path),
                    text=facts.text,
                    facts=facts,
                )
            )
        return found

    def reach(self) -> Reach:
        """What the registry could concern, worked out when it is first asked for."""
        if self._reach is None:
            self._reach = self._compute_reach(self)
        return self._reach

    @property
    def has_reach(self) -> bool:
        """Whether it is worked out what the registry could concern."""
        return self._reach is not None

    def take_reach(self, reach: Reach) -> None:
        """What the registry could concern was worked out elsewhere."""
        self._reach = reach

    def learn(
        self,
        gathered: Mapping[Callable[[Module, Index], frozenset[Any]], frozenset[Any]],
        graph: Mapping[str, frozenset[str]],
    ) -> None:
        """Results of `gather` that were worked out elsewhere, and the files that some lead to."""
        self._known.anything.update(((compute, None), values) for compute, values in gathered.items())
        self._known.seen.setdefault(may_lead_to, {}).update(graph)

    @property
    def names(self) -> frozenset[str]:
        """See `Index.names`."""
        return self.reach().names

    def candidates(self) -> Iterator[Module]:
        """See `Index.candidates`."""
        for path in self.reach().paths:
            module = self.module(path)
            if module is not None:
                yield module

    @property
    def is_complete(self) -> bool:
        """See `Index.is_complete`."""
        return self.reach().is_complete

    def once(self, compute: Callable[[Argument, Index], Result], argument: Argument, *, bodies: bool = False) -> Result:
        """See `Index.once`."""
        results: dict[Any, Any]
        key: Any = compute
        if bodies:
            results, key = self._known.anything, (compute, argument)
        elif isinstance(argument, Module) and argument is self.module(argument.path):
            results = self._file(argument.path).results
        else:
            results, key = self._known.connections, (compute, argument)
        if key not in results:
            results[key] = compute(argument, self)
        result: Result = results[key]
        return result

    def gather(self, compute: Callable[[Module, Index], frozenset[Value]]) -> frozenset[Value]:
        """See `Index.gather`."""
        key = (compute, None)
        if key not in self._known.anything:
            named = (module for module in self.candidates() if self.is_named(module.path))
            parts = (self.once(compute, module) for module in named)
            self._known.anything[key] = frozenset().union(*parts)
        found: frozenset[Value] = self._known.anything[key]
        return found

    def after(self, edited: Collection[str], reach: Reach) -> Snapshot:
        """The snapshot after edits that left the interfaces of the edited files as they were.

        What was found out about other files is taken over.
        """
        later = self._with(self._known.without(edited))
        later.take_reach(reach)
        for path in edited:  # what was found out about others goes by them: the next edit is to be compared with this
            if self.known_facts(path) is not None:
                later.module(path)
            if self.known_outline(path) is not None:
                later.outline(path)
        return later

    def again(self, edited: Collection[str]) -> Snapshot:
        """The snapshot after edits that changed how modules are connected: only the other modules are taken over."""
        before = self._known.outlines
        lost = {path: before[path].names - self._outline(path).names for path in edited if path in before}
        later = self._with(self._known.bare(edited, {path: names for path, names in lost.items() if names}))
        early = self._known.seen.get(may_lead_to, {})
        if self._known.tangles and all(early.get(path) == later.seen(may_lead_to, path) for path in edited):
            later._known.tangles.extend(self._known.tangles)  # noqa: SLF001
        return later

    def on(self, today: date) -> Snapshot:
        """The snapshot for another day. What the registry could concern is the same on every day."""
        later = self._with(self._known.bare((), {}), today)
        if self._reach is not None:
            later.take_reach(self._reach)
        return later

    def is_among(self, path: str, patterns: tuple[str, ...]) -> bool:
        """See `Index.is_among`."""
        compiled = _compiled(patterns)
        return compiled is not None and compiled.covers(path)

    def _with(self, known: _Known, today: date | None = None) -> Snapshot:
        return Snapshot(
            self.registry,
            self.source,
            self._layout,
            self._load,
            self._outline,
            self._is_test,
            self._compute_reach,
            self._library,
            self._survey,
            self._surroundings,
            today or self.today,
            known,
        )

    @property
    def packages(self) -> frozenset[str]:
        """See `Index.packages`."""
        return frozenset(name for name in self._layout.table if "." not in name)

    @cached_property
    def files(self) -> tuple[str, ...]:
        """See `Index.files`."""
        return tuple(sorted(self._layout.files))

    def import_style(self, path: str) -> ImportStyle:
        """See `Index.import_style`."""
        return self._survey.import_style(path)

    def speaking_of(self, name: str) -> Iterator[Module]:
        """See `Index.speaking_of`."""
        self.expect((name,))
        return filter(None, map(self.module, self._speakers[name]))

    def expect(self, names: Iterable[str]) -> None:
        """See `Index.expect`."""
        fresh = set(names) - self._speakers.keys()
        if fresh:
            self._speakers.update(self._survey.speaking_of(fresh))

    def submodule(self, path: str, name: str) -> bool:
        """See `Index.submodule`."""
        return self._submodule(path, name) is not None

    def is_module_name(self, name: str) -> bool:
        """See `Index.is_module_name`."""
        return name in self._layout.last_names

    def has_file(self, path: str) -> bool:
        """See `Index.has_file`."""
        return self._layout.has_file(path)

    # -- dotted paths -------------------------------------------------------------------------------------

    def find(self, dotted: str) -> tuple[Trace, ...]:
        """See `Index.find`."""
        return self._find(dotted, "")

    def _find(self, dotted: str, importer: str) -> tuple[Trace, ...]:
        home, rest = self._longest_module(dotted, importer)
        if home is None:
            return (Trace((Place("", dotted),)),)
        traces: tuple[Trace, ...] = (Trace((Place(home, ""),)),)
        for name in rest:
            traces = self._step(traces, name)
        return traces

    def _longest_module(self, dotted: str, importer: str) -> tuple[str | None, list[str]]:
        """The home of the longest prefix that is a module, and the names behind it."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            home = self._module_home(".".join(parts[:end]), importer)
            if home is not None:
                return home, parts[end:]
        return None, parts

    def _module_home(self, dotted: str, importer: str) -> str | None:
        if not self._layout.knows(dotted, importer):
            return None
        return self._layout.resolve(dotted, importer) or dotted + NAMESPACE

    def name_of(self, path: str) -> str:
        """See `Index.name_of`."""
        return self._layout.names(path)[0]

    def names_of(self, path: str) -> tuple[str, ...]:
        """See `Index.names_of`."""
        return self._layout.names(path)

    def is_test(self, path: str) -> bool:
        """See `Index.is_test`."""
        return self._is_test(path)

    def is_package(self, path: str) -> bool:
        """Whether a file stands for its folder, as `__init__.py` does."""
        return self._layout.is_package(path)

    def file_of(self, dotted: str, importer: str) -> str | None:
        """The file of a module as another file means it; None for what the workspace has no file for."""
        home = self._module_home(dotted, importer)
        return None if home is None or home.endswith(NAMESPACE) else home

    def split(self, dotted: str) -> tuple[str, tuple[str, ...]]:
        """See `Index.split`."""
        home, rest = self._longest_module(dotted, "")
        parts = dotted.split(".")
        if home is None:
            rest = self._library.rest(dotted)
        return ".".join(parts[: len(parts) - len(rest)]), tuple(rest)

    def exists(self, dotted: str) -> bool | None:
        """See `Index.exists`."""
        traces = self.find(dotted)
        if traces[0].first.home == "":
            return self._library.exists(dotted)
        if all(trace.missing for trace in traces):
            return False
        if all(self._lacks_member(trace.last) for trace in traces):
            return False
        return (
            None
            if all(trace.last.home == "" and not self._library.exists(trace.last.name) for trace in traces)
            else True
        )

    def _lacks_member(self, place: Place) -> bool:
        """Whether a place is a member that its class, which inherits nothing, does not define."""
        owner, _, name = place.name.rpartition(".")
        known = self.definition(Place(place.home, owner)) if owner else None
        if known is None or known.kind != DefinitionKind.CLASS or known.bases or known.opaque or known.metaclass:
            return False
        return name not in known.attributes and self.definition(place) is None

    # -- without parsing ----------------------------------------------------------------------------------

    def known_outline(self, path: str) -> Outline | None:
        """A file's outline, if this snapshot has looked at it."""
        return self._known.outlines.get(path)

    def outline(self, path: str) -> Outline:
        """See `Index.outline`."""
        found = self._known.outlines.get(path)
        if found is None:
            found = self._known.outlines[path] = self._outline(path)
        return found

    def home(self, spelled: str, importer: str) -> str | None:
        """See `Index.home`."""
        key = (spelled, importer.rpartition("/")[0])
        homes = self._known.homes
        if key not in homes or homes[key] == importer:  # what a file calls itself, others may not
            homes[key] = self._find_home(spelled, importer)
        return homes[key]

    def _find_home(self, spelled: str, importer: str) -> str | None:
        dotted: str | None = spelled
        if spelled.startswith("."):
            name = self._layout.names(importer)[0]
            dotted = absolute_path(spelled, name, is_package=self._layout.is_package(importer))
        if not dotted or not self._layout.knows(dotted.partition(".")[0], importer):
            return ""
        return self._module_home(dotted, importer)

    def may_exist(self, dotted: str, importer: str) -> bool:
        """See `Index.may_exist`."""
        parent, _, name = dotted.rpartition(".")
        home = self.home(parent, importer) if parent else ""
        if not home or home.endswith(STUB) or self._is_registered(dotted):
            return True
        if home.endswith(NAMESPACE):
            if self._library.provides(dotted.partition(".")[0]) is not False:
                return True
            folders = ["/".join(filter(None, [root, *parent.split(".")])) for root in self._layout.roots]
        else:
            if self.outline(home).extends:
                return True
            folders = [home.rpartition("/")[0] if self._layout.is_package(home) else home.removesuffix(".py")]
        return any(self._surroundings.may_hold(folder, name) for folder in folders)

    def _is_registered(self, dotted: str) -> bool:
        registered = self.once(_registered, None)
        if registered is None or dotted in registered:
            return True
        parts = dotted.split(".")
        return any(f"{'.'.join(parts[:end])}.{ANYTHING}" in registered for end in range(len(parts)))

    def asked_for(self) -> dict[str, frozenset[str]]:
        """By file: the files whose outlines ask for it, or for a module that is missing in it, and those whose
        outlines do not tell."""
        found: dict[str, set[str]] = {_UNCLEAR: set()}
        for path in self._layout.files:
            outline = self.outline(path)
            homes: set[str] = set() if outline.is_clear else {_UNCLEAR}
            for module, names in outline.asks:
                home = self._nearest_home(module, path)
                if home:
                    homes.add(home)
                    homes.update(filter(None, (self._submodule(home, name) for name in names)))
            for home in homes:
                found.setdefault(home, set()).add(path)
        return {home: frozenset(paths) for home, paths in found.items()}

    def _nearest_home(self, spelled: str, importer: str) -> str | None:
        """The file of a module, or of the innermost package around it that there is."""
        home = self.home(spelled, importer)
        while home is None and (name := spelled.lstrip(".")):
            dots = spelled[: -len(name)]
            spelled = dots + name.rpartition(".")[0]
            home = self.home(spelled, importer)
        return home

    def registered(self) -> frozenset[str] | None:
        """The names under which modules are put into `sys.modules`, `app.*` for any in a package; None while that
        is not known."""
        if self._reach is not None and not self._reach.is_complete:
            return None
        found: set[str] = set()
        for path in self._layout.files:
            names = self.outline(path).registers
            if names:
                package = self._layout.names(path)[0]
                if not self._layout.is_package(path):
                    package = package.rpartition(".")[0]
                found.update(f"{package}.{ANYTHING}" if name == ANYTHING else name for name in names)
        return frozenset(found)

    def has_stub(self, path: str) -> bool:
        """See `Index.has_stub`."""
        return self._surroundings.has_stub(path)

    def is_linked(self, path: str) -> bool:
        """See `Index.is_linked`."""
        return self._surroundings.is_linked(path)

    def named_beside(self, dotted: str) -> str | None:
        """See `Index.named_beside`."""
        known = self.once(_named_beside, None, bodies=True)
        return next((path for word, path in known if f".{dotted}." in word), None)

    def words_beside(self) -> tuple[tuple[str, str], ...]:
        """The dotted paths that files name which are no code, between dots, each with such a file."""
        found = self._surroundings.named(self.source.path)
        return tuple((f".{word}.", path) for word, path in found.items())

    def modules(self, name: str) -> tuple[str, ...]:
        """See `Index.modules`."""
        table = self._layout.table
        return tuple(sorted(dotted for dotted, file in table.items() if file and dotted.rpartition(".")[2] == name))

    def offering(self, name: str) -> tuple[str, ...]:
        """See `Index.offering`."""
        if self._reach is not None and not self._reach.is_complete:
            return ()
        return tuple(sorted(path for path in self._layout.files if self.outline(path).has(name)))

    def asking(self, path: str) -> tuple[str, ...]:
        """See `Index.asking`."""
        known = self.once(_asking, None, bodies=True)
        return tuple(sorted(known.get(path, frozenset()) | known[_UNCLEAR]))

    def tangles(self) -> tuple[frozenset[str], ...]:
        """See `Index.tangles`."""
        if self._reach is not None and not self._reach.is_complete:
            return ()
        known = self._known.tangles
        if not known:
            known.append(tuple(components({path: self.seen(may_lead_to, path) for path in self.files})))
        return known[0]

    def seen(self, compute: Callable[[str, Index], Result], path: str) -> Result:
        """See `Index.seen`."""
        known = self._known.seen.setdefault(compute, {})
        if path not in known:
            known[path] = compute(path, self)
        result: Result = known[path]
        return result

    def is_unrelated(self, path: str) -> bool:
        """See `Index.is_unrelated`."""
        return path in self.reach().unsettled

    def is_named(self, path: str) -> bool:
        """See `Index.is_named`."""
        return path not in self.reach().unnamed

    def may_be_alike(self, path: str) -> bool:
        """See `Index.may_be_alike`."""
        return path not in self.reach().unlike

    def settled(self, compute: Callable[[str, Index], frozenset[str] | None], path: str) -> bool:
        """See `Index.settled`."""
        known = self._known.settled.setdefault(compute, {})
        if path not in known:
            known[path] = compute(path, self)
        return known[path] is not None

    # -- following names ----------------------------------------------------------------------------------

    def imported(self, module: Module, number: int) -> tuple[Trace, ...]:
        """See `Index.imported`."""
        imported = module.facts.imports[number]
        statement = module.facts.statements[imported.statement]
        if statement.module is None:
            return self._find(imported.name, module.path)
        base = absolute(module, statement)
        if base is None:
            return (Trace((Place("", "." * statement.level + f"{statement.module}.{imported.name}"),), missing=True),)
        home = self._module_home(base, module.path)
        if imported.name == "*":
            return self._find(base, module.path)
        if home is None:
            return self._find(f"{base}.{imported.name}", module.path)
        return self._lookup(home, imported.name)

    def bound(self, module: Module, number: int) -> tuple[Trace, ...]:
        """See `Index.bound`."""
        known = self._file(module.path).bound
        key = (module.path, number)
        if number in known and self._holds(key):
            return known[number]
        if not self._enter(key):  # `a = b` and `b = a`
            return ()
        binding = module.facts.bindings[number]
        traces = self._behind(module, binding)
        if binding.scope == 0:
            traces = _prefixed((Place(module.path, binding.name),), traces or (Trace(()),))
        if self._leave(key):
            known[number] = traces
        return traces

    def _enter(self, step: Hashable) -> bool:
        """Begin a step of following a name; False where it is being taken already: the names go in a circle."""
        if step in self._active:
            self._circular = True
            return False
        self._active.add(step)
        return True

    def _leave(self, step: Hashable) -> bool:
        """End a step; whether its result may be kept.

        Inside a circle, what is found depends on where it was entered: only the first step has the whole answer, and
        that holds for who begins with this step, see `_holds`.
        """
        self._active.discard(step)
        if self._circular and not self._active:
            self._circular = False
            self._known.circles.add(step)
            return True
        return not self._circular

    def _holds(self, step: Hashable) -> bool:
        """Whether the kept result of a step is what it would be if it were taken now."""
        return not self._active or step not in self._known.circles

    def _behind(self, module: Module, binding: Binding) -> tuple[Trace, ...]:
        """Where a binding leads beyond itself; empty where it is the end."""
        if binding.kind == BindingKind.IMPORT:
            imported = module.facts.imports[binding.ref]
            statement = module.facts.statements[imported.statement]
            if statement.module is None and imported.asname is None:
                return self._find(imported.local, module.path)
            return self.imported(module, binding.ref)
        if binding.alias:
            segments = self.used(module, binding.ref)
            return segments[-1] if segments else ()
        if binding.kind in {BindingKind.CLASS, BindingKind.FUNCTION} and binding.scope != 0:
            return (Trace((Place(module.path, module.facts.definitions[binding.ref].qualname),)),)
        return ()

    def used(self, module: Module, number: int) -> tuple[tuple[Trace, ...], ...]:
        """See `Index.used`."""
        use = module.facts.uses[number]
        if len(use.bindings) == 1:
            traces = self.bound(module, use.bindings[0])
        elif use.bindings:
            traces = _unique(trace for binding in use.bindings for trace in self.bound(module, binding))
        else:
            traces = self._through_stars(module, use.path[0])
        segments = [traces]
        for name in use.path[1:]:
            traces = self._step(traces, name) if traces else ()
            segments.append(traces)
        return tuple(segments)

    def _step(self, traces: tuple[Trace, ...], name: str) -> tuple[Trace, ...]:
        return _unique(after for trace in traces for after in self._attribute(trace.last, name, missing=trace.missing))

    def below(self, place: Place, name: str) -> tuple[Trace, ...]:
        """See `Index.below`."""
        return self._attribute(place, name, missing=False)

    def _attribute(self, place: Place, name: str, *, missing: bool) -> tuple[Trace, ...]:
        if place.home and not place.name:
            return self._lookup(place.home, name)
        here = Place(place.home, f"{place.name}.{name}")
        inherited = self._inherited(place, here, name) if place.home and not missing else None
        return (Trace((here,), missing) if inherited is None else Trace((here, *inherited.places)),)

    def _inherited(self, owner: Place, here: Place, name: str) -> Trace | None:
        """Where a member leads that a class does not define itself: to the first base that has it."""
        definition, module = self.definition(owner), self.module(owner.home)
        if definition is None or module is None or not definition.bases or name in definition.attributes:
            return None
        if self.definition(here) is not None or not self._enter(here):
            return None
        found = None
        for number in definition.bases:
            for trace in self.used(module, number)[-1]:
                for member in self._attribute(trace.last, name, missing=trace.missing):
                    if found is None and self.definition(member.last) is not None:
                        found = member
        self._leave(here)
        return found

    def _lookup(self, home: str, name: str) -> tuple[Trace, ...]:
        """Where a name of a module leads."""
        key = Place(home, name)
        if key in self._known.found and self._holds(key):
            return self._known.found[key]
        if not self._enter(key):
            return self._submodule_trace(home, name) or (Trace((Place(home, name),), missing=True),)
        traces = self._follow(home, name)
        if self._leave(key):
            self._known.found[key] = traces
        return traces

    def _follow(self, home: str, name: str) -> tuple[Trace, ...]:
        here = Place(home, name)
        module = self.module(home)
        if module is None:
            return self._submodule_trace(home, name) or (Trace((here,), missing=True),)
        bindings = module.facts.named(name)
        real = [number for number in bindings if not module.facts.bindings[number].is_none] or bindings
        bound = _unique(trace for number in real for trace in self.bound(module, number))
        if bound:
            return bound
        submodule = self._submodule_trace(home, name)
        if submodule:
            return submodule
        elsewhere = self._through_stars(module, name) or self._on_demand(module, name)
        if elsewhere:
            return _prefixed((here,), elsewhere)
        return (Trace((here,), missing=not module.facts.dynamic),)

    def _through_stars(self, module: Module, name: str) -> tuple[Trace, ...]:
        """Where a name leads that only a star import can bring."""
        for number in reversed(module.facts.stars):  # the last one wins
            for target in self.imported(module, number):
                if target.last.name or not target.last.home or not self._exported(target.last.home, name):
                    continue
                traces = tuple(
                    trace
                    for trace in self._lookup(target.last.home, name)
                    if not trace.missing and not self._made_up(trace.last)
                )
                if traces:
                    return traces
        return ()

    def _on_demand(self, module: Module, name: str) -> tuple[Trace, ...]:
        """Where a name leads that the module makes when it is asked for, as far as its text tells."""
        if not module.facts.named("__getattr__"):
            return ()
        for number in imports_on_demand(module.facts, name):
            return self.imported(module, number)
        for spelled in modules_on_demand(module.facts, name):
            for home in filter(None, (self._module_home(dotted, module.path) for dotted in _meanings(module, spelled))):
                traces = tuple(trace for trace in self._lookup(home, name) if not trace.missing)
                if traces:
                    return traces
        return ()

    def _made_up(self, place: Place) -> bool:
        """Whether a name may exist only because its module makes names at run time."""
        module = self.module(place.home)
        return module is not None and bool(place.name) and "." not in place.name and not module.facts.named(place.name)

    def _exported(self, home: str, name: str) -> bool:
        """Whether `from home import *` brings a name that home has."""
        module = self.module(home)
        if module is None:
            return False
        exports = module.facts.exports
        return any(entry.name == name for entry in exports) if exports is not None else not name.startswith("_")

    def _submodule_trace(self, home: str, name: str) -> tuple[Trace, ...]:
        submodule = self._submodule(home, name)
        return (Trace((Place(submodule, ""),)),) if submodule else ()

    def _submodule(self, home: str, name: str) -> str | None:
        if home.endswith(NAMESPACE):
            return self._module_home(f"{home[: -len(NAMESPACE)]}.{name}", "")
        if not self._layout.is_package(home):
            return None
        return self._module_home(f"{self._layout.names(home)[0]}.{name}", home)

    # -- definitions --------------------------------------------------------------------------------------

    def definition(self, place: Place) -> Definition | None:
        """See `Index.definition`."""
        if not place.home or not place.name:
            return None
        known = self._file(place.home)
        if place.name not in known.definitions:
            known.definitions[place.name] = self._find_definition(known.module, place.name)
        return known.definitions[place.name]

    def shared(self, module: Module, definition: Definition) -> tuple[Shared, ...]:
        """See `Index.shared`."""
        return module.facts.once(_shared, definition.span)

    def sketch(self, place: Place) -> Sketch | None:
        """See `Index.sketch`."""
        known = self._known.sketches
        if place not in known:
            definition, module = self.definition(place), self.module(place.home)
            known[place] = None if definition is None or module is None else module.facts.sketch(definition)
        return known[place]

    def told(self, compute: Callable[[Module, Argument], Result], path: str, argument: Argument) -> Result:
        """See `Index.told`."""
        known, key = self._known.told, (compute, path, argument)
        if key not in known:
            module = self.module(path)
            assert module is not None
            known[key] = compute(module, argument)
        result: Result = known[key]
        return result

    def is_still_like(self, edited: Collection[str], later: Snapshot) -> bool:
        """Whether what was asked about what stands in edited files is the same in a later snapshot."""
        return all(
            later.sketch(place) == sketch for place, sketch in self._known.sketches.items() if place.home in edited
        ) and all(
            later.told(compute, path, argument) == value
            for (compute, path, argument), value in self._known.told.items()
            if path in edited
        )

    def _find_definition(self, module: Module | None, qualname: str) -> Definition | None:
        """The first definition of that name."""
        if module is None:
            return None
        names = (qualname.partition(".")[0],)
        found = module.facts.definitions.about(names, lambda known: known.qualname == qualname)
        return next((definition for _, definition in found), None)

    # -- the import graph ---------------------------------------------------------------------------------

    def depends(self, module: str, on: str) -> bool:
        """See `Index.depends`."""
        return on in self.once(reached, module)

    def order_matters(self, one: str, other: str, after: frozenset[str]) -> bool:
        """See `Index.order_matters`."""
        if one == other:
            return False
        # Whatever one of these files enters is among them, or entered already.
        shared = self.once(reached, one) & self.once(reached, other)
        return self._has_loop(shared.difference(*(self.once(reached, path) for path in after)))

    def _has_loop(self, paths: Collection[str]) -> bool:
        """Whether some of these files import each other in a loop."""
        left = {path: set(self.seen(may_lead_to, path).intersection(paths)) for path in paths}
        importers: dict[str, list[str]] = {}
        for path, entered in left.items():
            for other in entered:
                importers.setdefault(other, []).append(path)
        ends = [path for path, entered in left.items() if not entered]
        while ends:  # what leads to ends alone is in no loop
            end = ends.pop()
            del left[end]
            for path in importers.get(end, ()):
                left[path].discard(end)
                if not left[path]:
                    ends.append(path)
        return bool(left)


_compiled = cache(compile_patterns)


def _registered(_: None, index: Index) -> frozenset[str] | None:
    assert isinstance(index, Snapshot)
    return index.registered()


_UNCLEAR = ""


def _asking(_: None, index: Index) -> dict[str, frozenset[str]]:
    assert isinstance(index, Snapshot)
    return index.asked_for()


def _named_beside(_: None, index: Index) -> tuple[tuple[str, str], ...]:
    assert isinstance(index, Snapshot)
    return index.words_beside()


def _meanings(module: Module, spelled: str) -> list[str]:
    """What a table of a module may mean by the name of another: an absolute name, or one within its package."""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    name = spelled.lstrip(".")
    dots = len(spelled) - len(name)
    base = package[: len(package) - max(0, dots - 1)]
    within = ".".join(filter(None, [*base, name]))
    return [within] if dots else [name, within]


def _shared(facts: Facts, span: Span) -> tuple[Shared, ...]:
    return read_sharing(facts.text, span)


def _prefixed(places: tuple[Place, ...], traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    return tuple(Trace(places + trace.places, trace.missing) for trace in traces)


def _unique(traces: Any) -> tuple[Trace, ...]:
    return tuple(dict.fromkeys(traces))
