"""How well the rules tell rivals from look-alikes, on pairs that were never used to choose anything by."""

from collections import Counter

import pytest

from similarity.pairs import NOTHING, RULES, pairs, score

PRECISION, RECALL = 0.95, 0.85


@pytest.fixture(scope="module")
def results():
    return [(pair, [code for code, _ in pair.found()]) for pair in pairs()]


def test_there_are_enough_pairs_of_each_sort():
    found = list(pairs())
    assert len(found) >= 120
    assert len({(pair.group, pair.kind, pair.title) for pair in found}) == len(found)
    for is_held_out in (True, False):
        half = Counter(pair.expected for pair in found if pair.part.is_held_out == is_held_out)
        assert half[NOTHING] >= 40
        assert half["SSOT204"] >= 30
        assert half["SSOT201"] >= 15
        assert all(half[rule] >= 4 for rule in RULES)


@pytest.mark.parametrize("rule", [*RULES, None], ids=str)
def test_precision_and_recall_on_what_was_held_out(results, rule):
    known = score([(pair, codes) for pair, codes in results if pair.part.is_held_out], rule)
    assert known.precision >= PRECISION, known
    assert known.recall >= RECALL, known
