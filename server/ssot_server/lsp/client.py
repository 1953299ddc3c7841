"""What the editor at the other end can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lsprotocol.types import ClientCapabilities, DiagnosticTag, MarkupKind, PositionEncodingKind, ResourceOperationKind
from pygls.capabilities import get_capability

if TYPE_CHECKING:
    from ssot_server.lsp.positions import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """The capabilities that answers depend on; without any, the oldest editor there is."""

    encoding: Encoding = PositionEncodingKind.Utf16
    pulls: bool = False
    """It asks for diagnostics; otherwise they are sent unasked."""
    refreshes: bool = False
    """It can be told to ask again."""
    related: bool = False
    deprecated_tag: bool = False
    code_description: bool = False
    diagnostic_data: bool = False
    diagnostic_version: bool = False
    code_actions: bool = False
    """It takes code actions, not commands alone."""
    resolves_edits: bool = False
    preferred: bool = False
    versioned_edits: bool = False
    annotated_edits: bool = False
    deletes_files: bool = False
    """It takes changes of documents, and deletions among them, even where it knows no versions."""
    disables_actions: bool = False
    """It shows code actions that cannot be taken, with the reason."""
    links: bool = False
    markdown: bool = False
    progress: bool = False
    watches_files: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    refreshes_overview: bool = False
    """It can be told to ask again about the workspace as a whole."""

    @classmethod
    def of(cls, capabilities: ClientCapabilities, encoding: Encoding) -> Client:
        """Read from what the editor says of itself."""

        def can(path: str) -> Any:
            return get_capability(capabilities, path)

        def of_diagnostics(path: str) -> Any:
            return can(f"text_document.diagnostic.{path}") or can(f"text_document.publish_diagnostics.{path}")

        resolvable = can("text_document.code_action.resolve_support.properties") or ()
        formats = can("text_document.hover.content_format") or ()
        return cls(
            encoding=encoding,
            pulls=can("text_document.diagnostic") is not None,
            refreshes=bool(can("workspace.diagnostics.refresh_support")),
            related=bool(of_diagnostics("related_information")),
            deprecated_tag=DiagnosticTag.Deprecated in (of_diagnostics("tag_support.value_set") or ()),
            code_description=bool(of_diagnostics("code_description_support")),
            diagnostic_data=bool(of_diagnostics("data_support")),
            diagnostic_version=bool(can("text_document.publish_diagnostics.version_support")),
            code_actions=can("text_document.code_action.code_action_literal_support") is not None,
            resolves_edits="edit" in resolvable and bool(can("text_document.code_action.data_support")),
            preferred=bool(can("text_document.code_action.is_preferred_support")),
            versioned_edits=bool(can("workspace.workspace_edit.document_changes")),
            annotated_edits=can("workspace.workspace_edit.change_annotation_support") is not None
            and bool(can("text_document.code_action.honors_change_annotations")),
            deletes_files=ResourceOperationKind.Delete in (can("workspace.workspace_edit.resource_operations") or ()),
            disables_actions=bool(can("text_document.code_action.disabled_support")),
            links=bool(can("text_document.definition.link_support")),
            markdown=MarkupKind.Markdown in formats,
            progress=bool(can("window.work_done_progress")),
            watches_files=bool(can("workspace.did_change_watched_files.dynamic_registration")),
            configuration=bool(can("workspace.configuration")),
            registers_configuration=bool(can("workspace.did_change_configuration.dynamic_registration")),
            refreshes_overview=_refreshes_overview(capabilities.experimental),
        )


def _refreshes_overview(experimental: object) -> bool:
    own = experimental.get("ssot") if isinstance(experimental, Mapping) else None
    return isinstance(own, Mapping) and own.get("refreshSupport") is True
