"""Read `ssot.toml` into a `Registry`, or say everything that keeps it from being one.

The reader walks the model's dataclasses by their fields and type hints, so that a new field of a known type
needs no change here. It never raises on bad input: each mistake becomes a diagnostic at its own place.
"""

from ssot_server.registry_reader.checks import quoted
from ssot_server.registry_reader.extends import Shared, Sharing
from ssot_server.registry_reader.model import OFF, STRING_FORMS, Field, fields_of, without_none
from ssot_server.registry_reader.reader import Reading, read_registry

__all__ = [
    "OFF",
    "STRING_FORMS",
    "Field",
    "Reading",
    "Shared",
    "Sharing",
    "fields_of",
    "quoted",
    "read_registry",
    "without_none",
]
