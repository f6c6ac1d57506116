"""Small programs for tests of the supervisor."""


async def always() -> bool:
    """A probe of what has nothing to connect to: ready as soon as it runs."""
    return True
