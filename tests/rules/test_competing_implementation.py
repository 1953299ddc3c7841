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


def test_words_on_both_sides_of_a_direction_and_words_that_run_into_each_other():
    check("""
    #- ssot.toml
    [concepts.local]
    canonical = "app.times.utc_to_local"
    [concepts.store]
    canonical = "app.files.FileStorage"
    [concepts.sums]
    canonical = "app.files.compute_checksum"
    #- app/__init__.py
    #- app/times.py
    def utc_to_local(moment): ...
    #- app/files.py
    class FileStorage: ...
    def compute_checksum(path): ...
    #- app/other.py
    def local_to_utc(moment): ...
    def UTCToLocal(moment): ...
    #   ^^^^^^^^^^ SSOT201 `UTCToLocal` competes with `app.times.utc_to_local`, the `local` of this code base: its name is the canonical's in another spelling; it is given `moment` as well
    class EnhancedFileStorage: ...
    #     ^^^^^^^^^^^^^^^^^^^ SSOT201 `EnhancedFileStorage` competes with `app.files.FileStorage`, the `store` of this code base: its name is the canonical's plus `Enhanced`
    class FileStorage2: ...
    #     ^^^^^^^^^^^^ SSOT201 `FileStorage2` competes with `app.files.FileStorage`, the `store` of this code base: its name is the canonical's plus `2`
    def compute_checksums(paths): ...
    #   ^^^^^^^^^^^^^^^^^ SSOT201 `compute_checksums` competes with `app.files.compute_checksum`, the `sums` of this code base: its name differs from the canonical's in singular and plural; it is given `paths` as well
    def compute_checksum2(paths): ...
    """)


def test_what_functions_are_given_and_classes_offer():
    check("""
    #- ssot.toml
    [concepts.order]
    canonical = "app.orders.get_order"
    [concepts.notice]
    canonical = "app.orders.send_notice"
    [concepts.router]
    canonical = "app.orders.Router"
    [concepts.memory]
    canonical = "app.orders.MemoryService"
    #- app/__init__.py
    #- app/orders.py
    def get_order(session, order_id): ...
    def send_notice(user, text): ...
    async def send_notice_async(user, text): ...
    class Router:
        def add(self, route): ...
        def match(self, path): ...
    class MemoryService:
        def remember(self, text): ...
        def recall(self, text): ...
    #- app/other.py
    from app.orders import send_notice
    def get_orders(session, customer): ...
    def send_notices(users, text):
        return [send_notice(user, text) for user in users]
    class FastRouter:
    #     ^^^^^^^^^^ SSOT201 `FastRouter` competes with `app.orders.Router`, the `router` of this code base: its name is the canonical's plus `Fast`; it has half of the canonical's methods
        def add(self, route): ...
        def match(self, path): ...
    class SharedMemoryService:
        def allocate(self, size): ...
        def free(self, block): ...
    #- app/later.py
    async def async_send_notice(user, text): ...
    #         ^^^^^^^^^^^^^^^^^ SSOT201 `async_send_notice` competes with `app.orders.send_notice`, the `notice` of this code base: its name is the canonical's plus `async`; it is given `user`, `text` as well
    """)


def test_a_module_beside_the_canonical_one():
    check("""
    #- ssot.toml
    [concepts.flow]
    canonical = "app.flow"
    #- app/__init__.py
    #- app/flow.py
    from app import core_flow
    steps = ()
    #- app/core_flow.py
    #- app/unified_flow.py
    import os
    #<^^^^^^^^^ SSOT201 `unified_flow` competes with `app.flow`, the `flow` of this code base: its name is the canonical's plus `unified`; it stands beside the canonical
    #- app/simple_flow.py
    from app.flow import steps
    #- app/async_flow.py
    #- other/simple_flow.py
    """)


def test_what_the_canonical_uses_and_what_uses_it():
    check("""
    #- ssot.toml
    [concepts.length]
    canonical = "app.text.cell_length"
    [concepts.manager]
    canonical = "app.text.Manager"
    names = ["*Manager"]
    [concepts.table]
    canonical = "app.text.Table"
    names = ["*Table"]
    #- app/__init__.py
    #- app/text.py
    class BaseManager: ...
    class Manager(BaseManager.made_with(str)): ...
    class Table:
        def row(self): ...
        def column(self): ...
    def cell_length(text):
        return _cell_length(text) or 1
    def _cell_length(text):
        return len(text)
    #- app/other.py
    from typing import NamedTuple
    from app.text import cell_length
    class WidthTable(NamedTuple):
        widths: list
    class OldManager: ...
    #     ^^^^^^^^^^ SSOT201 `OldManager` competes with `app.text.Manager`, the `manager` of this code base: its name fits `*Manager` and is the canonical's plus `Old`
    def safe_cell_length(text):
        return cell_length(text.strip())
    """)
