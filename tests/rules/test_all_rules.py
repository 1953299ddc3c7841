"""The house rules for rules: one file and one line each, on a common ground that knows none of them."""

import ast
import re
from pathlib import Path

import pytest
import tomli

import ssot_rules
from ssot_rules import ALL_RULES

FOLDER = Path(ssot_rules.__file__).parent
CONTRACTS = tomli.loads((FOLDER.parent.parent / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
COMMON = {
    name.strip()
    for contract in CONTRACTS
    if contract.get("containers") == ["ssot_rules"]
    for layer in contract["layers"]
    for name in layer.split("|")
}
RULE_FILES = {path.stem for path in FOLDER.glob("*.py")} - COMMON - {"__init__"}


def imported(path: Path) -> set[str]:
    """The modules of the package that a file imports."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.module.partition(".")[2] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    } - {""}


def test_every_file_is_a_rule_or_common_ground():
    assert {rule.name.replace("-", "_") for rule in ALL_RULES} == RULE_FILES


def test_codes_and_names_are_unique_and_in_order():
    codes = [rule.code for rule in ALL_RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)
    assert all(re.fullmatch(r"SSOT[1-9]\d\d", code) for code in codes)


@pytest.mark.parametrize("name", sorted(RULE_FILES))
def test_a_rule_imports_no_other_rule(name):
    assert not imported(FOLDER / f"{name}.py") & RULE_FILES


@pytest.mark.parametrize("name", sorted(COMMON))
def test_the_common_ground_knows_no_rule(name):
    assert not imported(FOLDER / f"{name}.py") & RULE_FILES


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.name)
def test_a_rules_page_has_the_headings(rule):
    headings = re.findall(r"^## (.+)$", rule.doc, re.MULTILINE)
    assert headings == ["What it does", "Why is this bad?", "Example", "Fix safety"]
    assert rule.summary.endswith(".")
    assert (rule.check is None) + (rule.check_registry is None) >= 1
