from harness import check


def test_rivals_by_name_and_what_is_none():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.UserExecutionEngine"
    names = ["*ExecutionEngine"]
    allow = ["app.allowed.*", { path = "app.rivals.AdapterExecutionEngine", reason = "adapter" }]
    [[concepts.engine.deprecated]]
    path = "app.old.ExecutionEngine"
    [concepts.tool]
    canonical = "app.engine.ToolExecutionEngine"
    names = ["*ToolExecutionEngine"]
    #- app/__init__.py
    #- app/engine.py
    class UserExecutionEngine: ...
    class ToolExecutionEngine: ...
    #- app/old.py
    class ExecutionEngine: ...
    #- app/allowed.py
    class AnyExecutionEngine: ...
    #- app/rivals.py
    from abc import ABC, ABCMeta, abstractmethod
    from typing import Protocol
    import typing as t

    class IExecutionEngine(Protocol): ...
    class PExecutionEngine(t.Protocol): ...
    class BaseExecutionEngine(ABC): ...
    class MetaExecutionEngine(metaclass=ABCMeta): ...
    class AbstractExecutionEngine:
        @abstractmethod
        def run(self): ...
    class AdapterExecutionEngine: ...
    class IsolatedExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^^^^ SSOT201 `IsolatedExecutionEngine` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name fits `*ExecutionEngine` and is the canonical's with `Isolated` for `User`
    class RemoteToolExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT201 `RemoteToolExecutionEngine` competes with `app.engine.ToolExecutionEngine`, the `tool` of this code base: its name fits `*ToolExecutionEngine`
    def ExecutionEngine(): ...
    try:
        from fast import FastExecutionEngine
    except ImportError:
        class FastExecutionEngine: ...
    def make():
        class LocalExecutionEngine: ...
    #         ^^^^^^^^^^^^^^^^^^^^ SSOT201 `LocalExecutionEngine` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name fits `*ExecutionEngine`
        return LocalExecutionEngine
    #- tests/test_x.py
    class MockExecutionEngine: ...
    class FakeExecutionEngine: ...
    class TestingExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^^^ SSOT201 `TestingExecutionEngine` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name fits `*ExecutionEngine`
    """
    )


def test_names_that_are_the_canonicals_but_for_qualifiers_order_number_and_spelling():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.UserExecutionEngine"
    [concepts.fetch]
    canonical = "app.http.fetch_page"
    #- app/__init__.py
    #- app/engine.py
    class EngineParts: ...
    class UserExecutionEngine(EngineParts): ...
    #- app/http.py
    def fetch_page(): ...
    #- app/rivals.py
    class ExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^ SSOT201 `ExecutionEngine` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name is the canonical's without `User`
    class RequestScopedExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT201 `RequestScopedExecutionEngine` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name is the canonical's with `RequestScoped` for `User`
    class UserExecutionEngineV2: ...
    #     ^^^^^^^^^^^^^^^^^^^^^ SSOT201 `UserExecutionEngineV2` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name is the canonical's plus `V2`
    class LegacyUserExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^^^^^^ SSOT201 `LegacyUserExecutionEngine` competes …
    class UserEngineExecution: ...
    #     ^^^^^^^^^^^^^^^^^^^ SSOT201 `UserEngineExecution` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name has the words of the canonical's in another order
    class UserExecutionsEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^ SSOT201 `UserExecutionsEngine` competes with `app.engine.UserExecutionEngine`, the `engine` of this code base: its name differs from the canonical's in singular and plural
    class ToolExecutionEngine: ...
    class ExecutionEngines: ...
    class ExecutionEngineUser: ...
    class ExecutionEngineError(Exception): ...
    def UserExecutionEngineV3(): ...
    def fetch_page_v2(): ...
    #   ^^^^^^^^^^^^^ SSOT201 `fetch_page_v2` competes with `app.http.fetch_page`, the `fetch` of this code base: its name is the canonical's plus `v2`
    def fetchPage(): ...
    #   ^^^^^^^^^ SSOT201 `fetchPage` competes with `app.http.fetch_page`, the `fetch` of this code base: its name is the canonical's in another spelling
    def page_fetch(): ...
    #   ^^^^^^^^^^ SSOT201 `page_fetch` competes with `app.http.fetch_page`, the `fetch` of this code base: its name has the words of the canonical's in another order
    def fetch_pages(): ...
    def fetch_old_page(): ...
    def async_fetch_page(): ...
    class Client:
        def fetch_page_v2(self): ...
        class ExecutionEngine: ...
    """
    )


def test_one_word_says_little():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    #- app/__init__.py
    #- app/engine.py
    class Engine: ...
    #- app/more.py
    class EngineV2: ...
    #     ^^^^^^^^ SSOT201
    class UserEngine: ...
    class Engines: ...
    class SearchEngine: ...
    """
    )


def test_the_words_and_the_threshold_are_the_registrys():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    [rivals]
    qualifiers = ["Tenant_"]
    by-name = 50
    [files]
    variants = ["_Next"]
    #- app/__init__.py
    #- app/engine.py
    class Engine: ...
    #- app/more.py
    class TenantEngine: ...
    #     ^^^^^^^^^^^^ SSOT201 `TenantEngine` competes …
    class EngineNext: ...
    #     ^^^^^^^^^^ SSOT201 `EngineNext` competes …
    class NextEngine: ...
    class EngineV2: ...
    class UserEngine: ...
    """
    )


def test_what_is_no_rival_whatever_it_is_called():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.ExecutionEngine"
    names = ["*ExecutionEngine"]
    subclasses = true
    allow = ["app.accepted.NewExecutionEngine"]
    unrelated = [{ path = "app.accepted.SteamExecutionEngine", reason = "trains" }, "app.trains"]
    [concepts.tool]
    canonical = "app.tools.ToolExecutionEngine"
    #- app/__init__.py
    #- app/engine.py
    class BaseExecutionEngine: ...
    class ExecutionEngine(BaseExecutionEngine): ...
    #- app/tools.py
    class ToolExecutionEngine: ...
    class NewToolExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^^^ SSOT201 `NewToolExecutionEngine` competes with `app.tools.ToolExecutionEngine`, the `tool` …
    #- app/accepted.py
    from app.engine import ExecutionEngine
    class NewExecutionEngine: ...
    class SteamExecutionEngine: ...
    class AsyncExecutionEngine(ExecutionEngine): ...
    class LateExecutionEngine(AsyncExecutionEngine): ...
    class OtherExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^ SSOT201
    #- app/trains.py
    class DieselExecutionEngine: ...
    #- app/_vendor/lib.py
    class FastExecutionEngine: ...
    #- app/schema.py
    # Generated by a compiler. Do not edit.
    class SchemaExecutionEngine: ...
    #- tests/test_engine.py
    class FakeExecutionEngine: ...
    """
    )


def test_a_subclass_is_a_rival_unless_the_registry_says_otherwise():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.ExecutionEngine"
    #- app/__init__.py
    #- app/engine.py
    class ExecutionEngine: ...
    class AsyncExecutionEngine(ExecutionEngine): ...
    #     ^^^^^^^^^^^^^^^^^^^^ SSOT201
    """
    )


def test_modules():
    check(
        """
    #- ssot.toml
    [concepts.conf]
    canonical = "app.user_settings"
    names = ["*_configuration"]
    allow = ["app.accepted"]
    [[concepts.conf.deprecated]]
    path = "app.legacy_user_settings"
    #- app/__init__.py
    #- app/user_settings.py
    #- app/legacy_user_settings.py
    #- app/accepted/settings_user.py
    #- app/core/user_settings.py
    #- app/core/user_settings_v2.py
    x = 1
    #<^^^^^ SSOT203 this looks like another version of `user_settings.py` beside it: its name is that one's plus `_v2`
    #- app/core/new_user_settings.py
    x = 1
    #<^^^^^ SSOT203
    #- app/web/user_settings_v2.py
    x = 1
    #<^^^^^ SSOT201 `user_settings_v2` competes with `app.user_settings`, the `conf` of this code base: its name is the canonical's plus `v2`
    #- app/web/site_configuration.py
    x = 1
    #<^^^^^ SSOT201 `site_configuration` competes with `app.user_settings`, the `conf` of this code base: its name fits `*_configuration`
    #- app/web/tool_settings.py
    x = 1
    #- tests/test_user_settings_v2.py
    """
    )


def test_the_structure_has_a_say():
    check(
        """
    #- ssot.toml
    [concepts.engine]
    canonical = "app.engine.Engine"
    names = ["*ExecutionEngine"]
    #- app/__init__.py
    #- app/engine.py
    class Engine:
        def execute_plan(self, plan): return self.runner.submit(plan)
        def cancel_plan(self, plan): self.runner.withdraw(plan)
        def drain_queue(self): self.runner.drain(self.queue)
    #- app/more.py
    class UserEngine:
    #     ^^^^^^^^^^ SSOT201 `UserEngine` competes with `app.engine.Engine`, the `engine` of this code base: its name is the canonical's plus `User`; 3 of 3 public methods match `Engine`
        def execute_plan(self, plan): return self.pool.submit(plan)
        def cancel_plan(self, plan): self.pool.withdraw(plan)
        def drain_queue(self): self.pool.drain(self.queue)
    class ToolExecutionEngine:
        def sharpen(self, blade): return blade.grind(self.stone)
        def oil_hinges(self, can): can.squeeze(self.drops)
    class BatchExecutionEngine: ...
    #     ^^^^^^^^^^^^^^^^^^^^ SSOT201 `BatchExecutionEngine` competes with `app.engine.Engine`, the `engine` of this code base: its name fits `*ExecutionEngine`
    """
    )
