"""The terminal's face: commands, their output and the pages generated from them."""
