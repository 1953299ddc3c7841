"""Runs agents for many users at once."""
