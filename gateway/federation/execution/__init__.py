"""Runs plans: fetches, puts the answers together and shapes the response."""
