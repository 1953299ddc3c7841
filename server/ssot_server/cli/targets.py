"""From the paths of a command line to the engines that answer for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ssot_server.cache import Cache
from ssot_server.engine import Engine
from ssot_server.workers import cores


class Target(NamedTuple):
    """One engine and the files of its workspace that the user asked about."""

    engine: Engine
    paths: frozenset[str] | None
    """Relative to the engine's root; None for all of them."""
    unknown: tuple[Path, ...] = ()
    """Files that the user named and that the workspace does not check."""

    @property
    def covers_registry(self) -> bool:
        """Whether the user asked about the registry's file, too."""
        return self.paths is None or self.engine.registry_name in self.paths


class OutsideWorkspace(ValueError):
    """A path that `--config` gives no say over."""


def find_targets(paths: Sequence[Path], config: Path | None, *, cached: bool) -> list[Target]:
    """One target for each registry that answers for any of the paths, or lies below one, in the order of the paths.

    `paths` exist; `cached` says whether what earlier runs found out may be used.

    Raises `NoRegistry` and `OutsideWorkspace`.
    """
    engines: dict[Path, Engine] = {}
    asked: dict[Path, list[Path]] = {}
    for path in paths:
        place = real_path(path)
        engine = Engine.open(place, config, cores(), Cache.open if cached else None, notebooks=True)
        _inside(place, path, engine)
        engines.setdefault(engine.registry_path, engine)
        asked.setdefault(engine.registry_path, []).append(place)
        for inner in _below(place, engines[engine.registry_path]) if config is None else ():
            deeper = Engine.open(inner, None, cores(), Cache.open if cached else None, notebooks=True)
            engines.setdefault(deeper.registry_path, deeper)
            asked.setdefault(deeper.registry_path, []).append(inner)
    return [_target(engines[registry], places) for registry, places in asked.items()]


def _below(place: Path, engine: Engine) -> Iterator[Path]:
    """The folders below a place that have registries of their own, as far as its workspace reaches."""
    if place.is_dir():
        folders = (engine.root / folder for folder in engine.inner_registries())
        yield from (folder for folder in folders if place in folder.parents)


def stdin_target(path: Path, config: Path | None) -> tuple[Target, str]:
    """The target that answers for a file that may not exist, and the file's path in its workspace.

    Raises `NoRegistry` and `OutsideWorkspace`.
    """
    place = real_path(path)
    engine = Engine.open(place.parent, config, notebooks=True)
    name = _inside(place, path, engine)
    return Target(engine, frozenset({name})), name


def _inside(place: Path, path: Path, engine: Engine) -> str:
    """The place relative to the engine's root; `path` is what the user calls it."""
    if not place.is_relative_to(engine.root):
        raise OutsideWorkspace(f"'{path}' lies outside of {engine.root}, the folder of {engine.registry_name}.")
    return place.relative_to(engine.root).as_posix()


def real_path(path: Path) -> Path:
    """The absolute path with the folders' symbolic links followed; a file that is a link keeps its own name."""
    absolute = Path.cwd() / path
    return absolute.resolve() if absolute.is_dir() else absolute.parent.resolve() / absolute.name


def _target(engine: Engine, places: Sequence[Path]) -> Target:
    if engine.root in places:
        return Target(engine, None)
    known = {*engine.files(), engine.registry_name}
    found: set[str] = set()
    unknown: list[Path] = []
    for place in places:
        relative = place.relative_to(engine.root).as_posix()
        if place.is_dir():
            found.update(path for path in known if path.startswith(f"{relative}/"))
        elif relative in known:
            found.add(relative)
        else:
            unknown.append(place)
    return Target(engine, frozenset(found), tuple(unknown))
