"""The registry's model as the file's author sees it: the keys of each table and their types."""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from ssot_rules.registry import Allowed

STRING_FORMS: Final = frozenset({Allowed})
"""The dataclasses that may be written as a string as well: the value of their first field."""

OFF: Final = "off"
"""The word for None in a table of severities; TOML has none."""


class Field(NamedTuple):
    """One key that a table of the file may have."""

    attribute: str
    """The dataclass's name for it."""
    key: str
    """The file's name for it."""
    hint: Any
    """Its type."""
    required: bool


@cache
def fields_of(model: type) -> tuple[Field, ...]:
    """The keys of a dataclass of the registry's model, in their order there."""
    hints = get_type_hints(model)
    return tuple(
        Field(
            field.name,
            field.name.removesuffix("_").replace("_", "-"),
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(model)
    )


def without_none(hint: Any) -> tuple[Any, bool]:
    """`X | None` as X and True, any other type as itself and False."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    (inner,) = (option for option in get_args(hint) if option is not type(None))
    return inner, True
