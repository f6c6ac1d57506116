"""How the commands that prepare databases end when they cannot."""

from collections.abc import Iterator
from contextlib import contextmanager
from socket import gaierror

from partline.commands.failure import fail


@contextmanager
def preparing() -> Iterator[None]:
    """End the command with a sentence when a setting is wrong or a server is away."""
    from botocore.exceptions import EndpointConnectionError  # noqa: PLC0415 — costs its own imports

    from partline.wiring.errors import SettingError  # noqa: PLC0415

    try:
        yield
    except SettingError as error:
        fail(error)
    except (ConnectionError, TimeoutError, gaierror, EndpointConnectionError) as error:
        fail(f"A server cannot be reached: {error}. `partline status` shows whether it runs.")
