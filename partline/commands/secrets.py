"""`partline secrets`."""

from secrets import token_urlsafe

import typer

from shared.settings import SERVICES


def secrets() -> None:
    """Print fresh passwords and keys, as the file .env that compose.yaml needs.

    Run it once: a database keeps the passwords that it was created with.
    """
    from shared.identity import new_key_pair  # noqa: PLC0415 — a command pays for its own imports

    private_key, public_key = new_key_pair()
    names = ["POSTGRES_PASSWORD", "VALKEY_PASSWORD", "RABBITMQ_PASSWORD", "OBJECTS_SECRET_KEY"]
    names += [f"DATABASE_PASSWORD_{service.upper()}" for service in SERVICES]
    for name in names:
        typer.echo(f"{name}={token_urlsafe(24)}")
    typer.echo(f"SERVICE_KEY={token_urlsafe(32)}")
    typer.echo(f"SIGNING_PRIVATE_KEY={private_key}\nSIGNING_PUBLIC_KEY={public_key}")
