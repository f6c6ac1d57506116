"""Who is calling: API keys, session cookies and signed visitors."""
