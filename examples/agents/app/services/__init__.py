"""What the parts of the application do for each other."""
