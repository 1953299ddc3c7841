"""Text to facts: a file is cut into parts, and each part is parsed and read when it is asked for."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ssot_rules.facts import Facts, Kept, Part, Sketch, SyntaxProblem
from ssot_server.index.links import find_links
from ssot_server.index.memory import Saved
from ssot_server.index.parts import cut, recut
from ssot_server.index.recover import NESTED_TOO_DEEPLY, parse
from ssot_server.index.sketches import draw
from ssot_server.index.statements import Statements, first_line
from ssot_server.index.suppressions import find_suppressions


def extract(text: str, saved: Saved | None = None) -> Facts:
    """The facts of one file's text. Never raises, now or later: what does not parse is left out and said in
    `problem`. `saved` is what an earlier run found out about the same text."""
    if saved is None:
        return Facts(text, cut, _read, _draw)

    def read(facts: Facts, number: int) -> Part:
        return saved.part(number) or _read(facts, number)

    def sketch(facts: Facts, number: int) -> Mapping[int, Sketch]:
        known = saved.sketches(number)
        return _draw(facts, number) if known is None else known

    return Facts(text, saved.starts, read, sketch)


def revise(before: Facts, text: str) -> Facts:
    """`extract(text)`, with what is known from before the edit that led to `text`."""
    if before.text == text:
        return before
    cuts = recut(before.text, before.starts, text)
    later = len(cuts.starts) - len(before.starts)
    moved = {number: number for number in range(cuts.head)}
    moved.update((number, number + later) for number in range(len(before.starts) - cuts.tail, len(before.starts)))
    return Facts(text, cuts.starts, _read, _draw, Kept(before, moved, range(cuts.head, len(cuts.starts) - cuts.tail)))


def _read(facts: Facts, number: int) -> Part:
    return read_part(facts.part_text(number))


def _draw(facts: Facts, number: int) -> Mapping[int, Sketch]:
    return draw(facts.part_text(number))


def read_part(text: str) -> Part:
    """What a part says that has this text."""
    tree, problem = parse(text)
    try:
        return _read_tree(text, tree, problem)
    except RecursionError:  # the parser goes deeper than what walks over its tree
        shallow = [statement for statement in tree.body if _can_be_followed(text, statement)]
        return _read_tree(text, ast.Module(shallow, []), problem or NESTED_TOO_DEEPLY)


def _can_be_followed(text: str, statement: ast.stmt) -> bool:
    try:
        Statements(text).body([statement])
    except RecursionError:
        return False
    return True


def _read_tree(text: str, tree: ast.Module, problem: SyntaxProblem | None) -> Part:
    reader = Statements(text)
    reader.body(tree.body)
    part = reader.part()
    suppressions = find_suppressions(text, tree, [statement.span for statement in part.statements])
    doc = first_line(tree.body)
    links = find_links(text, tree, reader.docs)
    if not suppressions and problem is None and doc is None and not links:
        return part
    return part._replace(suppressions=suppressions, problem=problem, doc=doc, strings=part.strings + links)
