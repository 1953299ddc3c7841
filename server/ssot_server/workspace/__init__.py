"""The workspace's files: which there are, how they are imported, and how they are read and written."""

from ssot_server.places import ENVIRONMENT_MARK, IGNORE_FILE, NOTEBOOK_SUFFIX, REGISTRY_NAME, TREE_FILES
from ssot_server.workspace.cells import Cells
from ssot_server.workspace.discovery import FileFilter, discover, find_registry
from ssot_server.workspace.import_settings import ImportSettings
from ssot_server.workspace.layout import Layout, Missing
from ssot_server.workspace.notebook import NotANotebook
from ssot_server.workspace.source_file import (
    ChangedUnderneath,
    SourceFile,
    UnreadableSource,
    UnwritableSource,
    decode_source,
    delete_source,
    read_source,
    require_deletable,
    require_writable,
    write_source,
)

__all__ = [
    "ENVIRONMENT_MARK",
    "IGNORE_FILE",
    "NOTEBOOK_SUFFIX",
    "REGISTRY_NAME",
    "TREE_FILES",
    "Cells",
    "ChangedUnderneath",
    "FileFilter",
    "ImportSettings",
    "Layout",
    "Missing",
    "NotANotebook",
    "SourceFile",
    "UnreadableSource",
    "UnwritableSource",
    "decode_source",
    "delete_source",
    "discover",
    "find_registry",
    "read_source",
    "require_deletable",
    "require_writable",
    "write_source",
]
