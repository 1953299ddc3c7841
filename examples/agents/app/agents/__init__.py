"""Agents, and the engines that run them."""
