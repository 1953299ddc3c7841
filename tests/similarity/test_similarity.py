"""How much two definitions agree, and what that does not depend on."""

import textwrap

import pytest

from ssot_rules.facts import DefinitionKind, Sketch
from ssot_rules.similarity import agreement, crowd, words_of
from ssot_server.index.sketches import draw

RETRY = """
async def retry(operation, attempts=5, retry_on=(ConnectionError, TimeoutError)):
    '''Run an operation until it succeeds.'''
    number = 0
    while True:
        try:
            return await operation()
        except retry_on as error:
            number += 1
            if number >= attempts:
                raise
            logger.warning("failed: %s", error)
            await asyncio.sleep(min(30.0, 2**number) + random.uniform(0, 1))
"""
ENGINE = """
class Engine:
    def __init__(self, registry):
        self.registry = registry
        self.active = {}

    def execute_agent(self, name, payload):
        agent = self.registry.create(name)
        self.active[name] = agent
        return agent.run(payload)

    def cancel_agent(self, name):
        agent = self.active.pop(name, None)
        if agent is not None:
            agent.cancel()

    def active_agents(self):
        return sorted(self.active)
"""


def sketch(text: str) -> Sketch:
    """The outermost definition of a text."""
    return list(draw(textwrap.dedent(text)).values())[-1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("number", "tried"),
        ("5", "7"),
        ("async def", "def"),
        ("await ", ""),
        ("(operation, attempts=5,", "(operation: Callable, attempts: int = 5,"),
        ("    '''Run an operation until it succeeds.'''\n", ""),
        ('            logger.warning("failed: %s", error)\n', ""),
        ("operation()", "operation()  # now"),
    ],
)
def test_a_body_is_the_same_whatever_its_author_calls_things(before, after):
    assert before in RETRY
    assert sketch(RETRY.replace(before, after)).body == sketch(RETRY).body


def test_a_body_keeps_most_of_its_prints_when_a_step_changes():
    known, other = (sketch(text).body for text in (RETRY, RETRY.replace("while True", "for _ in range(9)")))
    assert len(known.prints & other.prints) > 0.7 * len(known.prints)
    assert other.words == known.words | {"range"}


def test_what_a_function_takes_from_elsewhere():
    assert sketch(RETRY).body.words == {
        "ConnectionError",
        "TimeoutError",
        "asyncio",
        "min",
        "random",
        "sleep",
        "uniform",
    }


def test_a_class_agrees_with_itself():
    found = agreement(sketch(ENGINE), sketch(ENGINE))
    assert found.score > 0.95
    assert found.words[0] == "3 of 3 public methods match `Engine`"


def test_members_may_have_other_names():
    other = ENGINE.replace("execute_agent", "launch").replace("cancel_agent", "abort").replace("active_agents", "list")
    found = agreement(sketch(ENGINE), sketch(other))
    assert 0.3 < found.score < agreement(sketch(ENGINE), sketch(ENGINE)).score
    assert "`launch` does what `execute_agent` does" in found.words[0]


def test_members_that_a_base_wants_say_nothing_unless_they_do_the_same():
    stranger = """
        class Remote:
            def execute_agent(self, name, payload):
                return self.session.post(self.url, json={"name": name, "payload": payload}).json()["result"]
            def cancel_agent(self, name):
                self.session.delete(f"{self.url}/{name}")
            def active_agents(self):
                return self.session.get(self.url).json()["names"]
        """
    wanted = frozenset({"execute_agent", "cancel_agent", "active_agents"})
    assert agreement(sketch(ENGINE), sketch(stranger)).score > 0.6
    assert agreement(sketch(ENGINE), sketch(stranger), wanted).score < 0.2
    assert agreement(sketch(ENGINE), sketch(ENGINE), wanted).score > 0.6


@pytest.mark.parametrize(
    "empty",
    [
        (
            "class Api:\n    def execute_agent(self, name, payload): ...\n    def cancel_agent(self, name): ...\n"
            "    def active_agents(self): ...\n"
        ),
        (
            "class Api:\n    def execute_agent(self, name, payload):\n        raise NotImplementedError\n"
            "    def cancel_agent(self, name):\n        raise NotImplementedError('later')\n"
            "    def active_agents(self):\n        pass\n"
        ),
        (
            "class Api:\n    def execute_agent(self, name, payload):\n        return self.e.execute_agent(name, payload)\n"
            "    def cancel_agent(self, name):\n        return self.e.cancel_agent(name)\n"
            "    def active_agents(self):\n        return self.e.active_agents()\n"
        ),
    ],
    ids=["protocol", "abstract", "wrapper"],
)
def test_what_does_nothing_itself_is_no_implementation(empty):
    assert agreement(sketch(ENGINE), sketch(empty)).score < 0.3


def test_a_function_may_be_a_method_written_again():
    method = """
        async def patiently(self, call, attempts=3):
            number = 0
            while True:
                try:
                    return await call()
                except (ConnectionError, TimeoutError) as error:
                    number += 1
                    if number >= attempts:
                        raise
                    await asyncio.sleep(min(9.0, 2**number) + random.uniform(0, 1))
        """
    service = "class Service:\n" + textwrap.indent(textwrap.dedent(method), "    ")
    assert agreement(sketch(service), sketch(RETRY)).score > 0.6
    assert agreement(sketch(RETRY), sketch(service)).score == 0.0  # its methods are compared by themselves


def test_who_calls_the_canonical_does_not_copy_it():
    caller = RETRY.replace("def retry", "def patiently").replace("operation()", "retry(operation)")
    assert agreement(sketch(RETRY), sketch(caller)).score == 0.0


def test_scores_lie_between_0_and_1():
    every = [sketch(RETRY), sketch(ENGINE), *sketch(ENGINE).members, Sketch("x", DefinitionKind.CLASS)]
    scores = [agreement(one, other).score for one in every for other in every]
    assert all(0 <= score <= 1 for score in scores)


def test_what_is_searched_for_says_something():
    sought = crowd(sketch(RETRY))
    assert sought is not None
    assert {"ConnectionError", "uniform"} <= set(sought.names)
    assert sought.is_among(words_of(RETRY))
    assert not sought.is_among(words_of("ConnectionErrors, uniformly, TimeoutErrors, randomly"))
    assert crowd(sketch("def get(self):\n    return self.value\n")) is None
    assert crowd(sketch("class Empty: ...")) is None
