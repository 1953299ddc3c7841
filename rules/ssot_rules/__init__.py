"""The rules: what a finding is, and when. `ALL_RULES` is the one place where they are listed."""

from __future__ import annotations

from ssot_rules import (
    canonical_not_found,
    competing_implementation,
    dangling_import,
    deprecated_import,
    deprecated_instantiation,
    deprecated_reference,
    deprecated_string,
    deprecated_subclass,
    existing_implementation,
    invalid_registry,
    missing_import,
    non_canonical_path,
    reimplementation,
    same_name_definition,
    shadowed_module,
    too_many_implementations,
    variant_file,
)
from ssot_rules.contract import Rule

ALL_RULES: tuple[Rule, ...] = (
    deprecated_import.RULE,
    non_canonical_path.RULE,
    deprecated_instantiation.RULE,
    deprecated_subclass.RULE,
    deprecated_reference.RULE,
    deprecated_string.RULE,
    missing_import.RULE,
    competing_implementation.RULE,
    same_name_definition.RULE,
    variant_file.RULE,
    reimplementation.RULE,
    too_many_implementations.RULE,
    existing_implementation.RULE,
    dangling_import.RULE,
    shadowed_module.RULE,
    invalid_registry.RULE,
    canonical_not_found.RULE,
)
