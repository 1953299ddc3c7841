"""The table of situations, `situations/*.txt`: what is found in each of them, and what the fixes make of it."""

import ast
import sys
from collections import Counter

import pytest

from harness import shown, without_short_cut
from situations import Situation, situations

ALL = list(situations())


def parametrized(function):
    cases = [pytest.param(known, id=f"{known.group}: {known.title}") for known in ALL if known.is_readable]
    return pytest.mark.parametrize("situation", cases)(function)


@parametrized
def test_what_is_found_and_what_it_becomes(situation: Situation):
    assert situation.drawn() == situation.text  # fixing again changes nothing: `fixed_files` looks


@parametrized
def test_what_is_never_parsed_makes_no_difference(situation: Situation):
    with situation.workspace() as short, situation.workspace() as whole:
        assert shown(short.engine) == shown(without_short_cut(whole.engine))


def test_there_are_enough_of_them():
    assert len(ALL) >= 150
    assert [title for title, times in Counter((known.group, known.title) for known in ALL).items() if times > 1] == []


def test_what_this_python_cannot_read_is_marked():
    for known in ALL:
        if known.minor <= sys.version_info.minor:
            for body in known.files.values():
                ast.parse(body)
