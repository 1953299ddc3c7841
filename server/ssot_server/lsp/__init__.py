"""The face for editors: the only home of the protocol, of URIs and of UTF-16."""
