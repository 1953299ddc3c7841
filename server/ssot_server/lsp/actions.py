"""What an editor can be offered for the findings in a range, and the edits that it comes to.

An offer is described by plain values, so that its edit can be worked out when the user has chosen it; all of
this happens in the worker's thread.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from lsprotocol import types

from ssot_rules.comments import can_be_silenced
from ssot_rules.contract import UNSAFE, Applicability
from ssot_rules.facts import Span
from ssot_server.fixing import differences
from ssot_server.lsp import kinds, reports
from ssot_server.lsp.convert import diagnostic, to_confirm, workspace_edit
from ssot_server.lsp.ignore_comments import ignore_comment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ssot_rules.contract import Fix
    from ssot_server.lsp.client import Client
    from ssot_server.lsp.settings import Settings
    from ssot_server.lsp.workspaces import File, Workspaces
    from ssot_server.report import Finding

_log = logging.getLogger(__name__)

_QUICK_FIX = types.CodeActionKind.QuickFix.value

_SINGLE = "fix"
_CHOICE = "choice"
_RULE = "fix-rule"
_EVERYWHERE = "fix-rule-everywhere"
_ALL = "fix-all"
_ALL_CELLS = "fix-all-cells"
_IGNORE = "ignore"

_CANNOT_DELETE = "this editor lets no server delete files; `ssot check --fix --choose delete` does it"


@dataclass(frozen=True, slots=True)
class Offer:
    """One code action, before its edit is known."""

    action: str
    title: str
    uri: str
    code: str = ""
    start: int = 0
    end: int = 0
    deletes: bool = False
    """Whether a file is deleted by it."""

    @property
    def kind(self) -> str:
        """The protocol's word for what it is."""
        return {_ALL: kinds.FIX_ALL, _ALL_CELLS: kinds.FIX_ALL_CELLS}.get(self.action, _QUICK_FIX)

    @property
    def is_long(self) -> bool:
        """Whether its edit takes a look at the whole workspace."""
        return self.action == _EVERYWHERE

    @classmethod
    def read(cls, data: object) -> Offer | None:
        """The offer that an editor hands back; None when it is none of ours."""
        if not isinstance(data, dict):
            return None
        try:
            offer = cls(**data)
        except TypeError:
            return None
        sound = all(isinstance(number, int) for number in (offer.start, offer.end, offer.deletes))
        return offer if sound and all(isinstance(text, str) for text in (offer.uri, offer.title, offer.code)) else None


def code_actions(
    workspaces: Workspaces, params: types.CodeActionParams, client: Client, settings: Settings
) -> list[types.CodeAction]:
    """Everything that can be done about the findings that a range touches."""
    file = workspaces.file(params.text_document.uri)
    if file is None:
        return []
    found = reports.findings(file)
    sheet = file.project.shown(file.path).sheet(params.text_document.uri)
    if sheet is None:
        return []
    wanted = sheet.span(params.range, client.encoding)
    touched = [finding for finding in found if _touches(finding.diagnostic.span, wanted)]
    actions = []
    for offer, about in _offers(params.text_document.uri, file, touched, found, settings):
        if not is_wanted(offer.kind, params.context.only) or (offer.is_long and not client.resolves_edits):
            continue
        is_possible = client.deletes_files or not offer.deletes
        if not (is_possible or client.disables_actions):
            continue
        action = types.CodeAction(
            title=offer.title,
            kind=offer.kind,
            diagnostics=[diagnostic(finding, file.project, client) for finding in about] or None,
        )
        if not is_possible:
            action.disabled = types.CodeActionDisabled(_CANNOT_DELETE)
        elif client.resolves_edits:
            action.data = asdict(offer)
        else:
            action.edit = _edit(file, offer, client)
            if action.edit is None:
                continue
        actions.append((action, about))
    if client.preferred:
        _prefer(actions)
    return [action for action, _ in actions]


def resolve(workspaces: Workspaces, offer: Offer, client: Client) -> types.WorkspaceEdit | None:
    """The edit of an offer; None when the text has changed so much that it no longer applies."""
    file = workspaces.file(offer.uri)
    return None if file is None else _edit(file, offer, client)


def fix_all(file: File, client: Client) -> types.WorkspaceEdit | None:
    """All safe fixes of a file, and what has to follow in others; None when there is nothing to fix."""
    project, path = file
    edits = differences(project.engine.fix_all(path))
    return workspace_edit(edits, project, client) if edits else None


def _offers(
    uri: str, file: File, touched: Sequence[Finding], found: Sequence[Finding], settings: Settings
) -> Iterator[tuple[Offer, tuple[Finding, ...]]]:
    if settings.fix_violation:
        yield from _single_fixes(uri, touched)
        yield from _choices(uri, touched)
        yield from _rule_fixes(uri, file.word, touched, found)
    if settings.disable_rule_comment and file.path != file.project.registry:
        yield from _ignores(uri, touched)
    if settings.fix_all and any(_safe_fix(finding) for finding in found):
        action = _ALL_CELLS if file.has_cells else _ALL
        yield Offer(action, f"Fix all ssot problems in this {file.word}", uri), ()


def _single_fixes(uri: str, touched: Iterable[Finding]) -> Iterator[tuple[Offer, tuple[Finding, ...]]]:
    """Each fix once, safe ones first, with all findings that it answers."""
    by_fix: dict[Fix, list[Finding]] = {}
    for finding in touched:
        fix = finding.fix
        if fix is not None and fix.applicability is not Applicability.DISPLAY:
            by_fix.setdefault(fix, []).append(finding)
    for fix in sorted(by_fix, key=lambda fix: fix.applicability is not Applicability.SAFE):
        yield _offer_of(_SINGLE, fix, uri, by_fix[fix][0]), tuple(by_fix[fix])


def _choices(uri: str, touched: Iterable[Finding]) -> Iterator[tuple[Offer, tuple[Finding, ...]]]:
    """Each decision that can be made once, with all findings that it answers."""
    by_fix: dict[Fix, list[Finding]] = {}
    for finding in touched:
        for choice in finding.choices:
            by_fix.setdefault(choice.fix, []).append(finding)
    for fix, about in by_fix.items():
        yield _offer_of(_CHOICE, fix, uri, about[0]), tuple(about)


def _offer_of(action: str, fix: Fix, uri: str, finding: Finding) -> Offer:
    span = finding.diagnostic.span
    return Offer(action, fix.message, uri, finding.rule.code, span.start, span.end, bool(fix.deletes))


def _rule_fixes(
    uri: str, word: str, touched: Iterable[Finding], found: Sequence[Finding]
) -> Iterator[tuple[Offer, tuple[Finding, ...]]]:
    for rule in dict.fromkeys((finding.rule.code, finding.rule.name) for finding in touched):
        code, name = rule
        about = tuple(finding for finding in touched if finding.rule.code == code)
        if len(_safe_fixes(found, code)) > 1:
            yield Offer(_RULE, f"Fix all {name} problems in this {word}", uri, code), about
        if _safe_fixes(about, code):
            yield Offer(_EVERYWHERE, f"Fix all {name} problems in the workspace", uri, code), about


def _ignores(uri: str, touched: Iterable[Finding]) -> Iterator[tuple[Offer, tuple[Finding, ...]]]:
    by_code: dict[str, list[Finding]] = {}
    for finding in touched:
        if finding.index is None or can_be_silenced(finding.rule, finding.index.registry):
            by_code.setdefault(finding.rule.code, []).append(finding)
    for code, about in by_code.items():
        span = about[0].diagnostic.span
        yield Offer(_IGNORE, f"Disable {code} for this line", uri, code, span.start, span.end), tuple(about)


def _edit(file: File, offer: Offer, client: Client) -> types.WorkspaceEdit | None:
    project, path = file
    if offer.action in {_ALL, _ALL_CELLS}:
        return fix_all(file, client)
    found = reports.findings(file) if offer.action != _EVERYWHERE else project.all_findings()
    if offer.action in {_RULE, _EVERYWHERE}:
        edits = project.engine.edits(_safe_fixes(found, offer.code))
        return workspace_edit(edits, project, client) if edits else None
    about = next((finding for finding in found if _is_about(finding, offer)), None)
    if about is None:
        _log.info("the text has changed: %r no longer applies", offer.title)
        return None
    if offer.action == _IGNORE:
        comment = ignore_comment(path, project.shown(path).text, offer.start, offer.code)
        return workspace_edit({path: (comment,)}, project, client) if comment else None
    fix = _offered(about, offer)
    if fix is None:
        return None
    edits = project.engine.edits([fix])
    return workspace_edit(edits, project, client, _note(fix)) if edits else None


def _note(fix: Fix) -> types.ChangeAnnotation | None:
    """What an editor asks about before it applies a fix: what may break something, and what nobody would see go."""
    if fix.unsafe is not None:
        return to_confirm("Unsafe fix", fix.unsafe)
    return to_confirm("Delete a file", ", ".join(sorted(fix.deletes))) if fix.deletes else None


def _is_about(finding: Finding, offer: Offer) -> bool:
    found = finding.diagnostic
    if finding.rule.code != offer.code or found.span != Span(offer.start, offer.end):
        return False
    return offer.action == _IGNORE or _offered(finding, offer) is not None


def _offered(finding: Finding, offer: Offer) -> Fix | None:
    """The change that an offer speaks of; what was not proved safe then and is now, is still that change."""
    fixes = [choice.fix for choice in finding.choices] if offer.action == _CHOICE else [finding.fix]
    known = (offer.title, offer.title.partition(UNSAFE)[0])
    return next((fix for fix in fixes if fix is not None and fix.message in known), None)


def _safe_fixes(found: Iterable[Finding], code: str) -> list[Fix]:
    fixes = (_safe_fix(finding) for finding in found if finding.rule.code == code)
    return list(dict.fromkeys(fix for fix in fixes if fix is not None))


def _safe_fix(finding: Finding) -> Fix | None:
    fix = finding.fix
    return fix if fix is not None and fix.applicability is Applicability.SAFE else None


def _prefer(actions: Iterable[tuple[types.CodeAction, tuple[Finding, ...]]]) -> None:
    """Mark the first safe fix as the one to take."""
    for action, about in actions:
        if about and (fix := _safe_fix(about[0])) is not None and fix.message == action.title:
            action.is_preferred = True
            return


def _touches(span: Span, wanted: Span) -> bool:
    return span.start <= wanted.end and wanted.start <= span.end


def is_wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether an editor that asks for some kinds asks for this one: `source.fixAll` takes in
    `source.fixAll.ssot`."""
    if only is None:
        return True
    return any(word == "" or kind == word or kind.startswith(f"{word}.") for word in map(_word, only))


def _word(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind
