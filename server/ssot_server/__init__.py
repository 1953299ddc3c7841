"""The server side of ssot-lsp: files, caches, editors and terminals around the rules of `ssot_rules`."""
