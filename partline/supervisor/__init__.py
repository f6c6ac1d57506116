"""Starts processes in order, keeps them running, and stops all of them again."""
