"""What the editor may ask: one file a subject, one function a message."""
