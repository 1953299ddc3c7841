"""What the code itself says of its concepts, before anybody has written it down: the first registry."""
