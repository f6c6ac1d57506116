"""Puts the pieces together: settings to databases, services, apps and workers."""
