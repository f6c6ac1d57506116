"""What makes a usable name, e-mail address and password; each refusal says what to change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.errors import Invalid

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_NAME = 120
LONGEST_EMAIL = 254

GIVEN_TO_PEOPLE = frozenset({"customer", "partner", "crm", "operator", "manager"})

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s.,;<>\"()]{2,}")


@dataclass(frozen=True, slots=True)
class Registration:
    """An account to be made; only `registration` builds one, so it is always usable."""

    email: str
    name: str
    password: str
    roles: tuple[str, ...]


def registration(
    email: str, name: str, password: str, roles: Iterable[str] = ("customer",)
) -> Registration:
    """Check what a person typed. Raises `Invalid` with the first thing to change."""
    email, name = normalised_email(email), " ".join(name.split())
    if not _EMAIL.fullmatch(email) or len(email) > LONGEST_EMAIL:
        raise Invalid("Enter an e-mail address like name@example.com.", "EMAIL_INVALID")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"Enter a name of 1 to {LONGEST_NAME} characters.", "NAME_INVALID")
    _check_password(password, email)
    return Registration(email, name, password, _checked_roles(roles))


def normalised_email(email: str) -> str:
    """One spelling for one mailbox: no spaces around it, all in lower case."""
    return email.strip().lower()


def _check_password(password: str, email: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            f"Choose a password of at least {SHORTEST_PASSWORD} characters.", "PASSWORD_TOO_SHORT"
        )
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(
            f"Choose a password of at most {LONGEST_PASSWORD} characters.", "PASSWORD_TOO_LONG"
        )
    if len(set(password)) < 4 or password.lower() == email:
        raise Invalid(
            "Choose a password that is not the e-mail address and has more than three "
            "different characters.",
            "PASSWORD_TOO_SIMPLE",
        )


def _checked_roles(roles: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(sorted(set(roles)))
    if not chosen or not set(chosen) <= GIVEN_TO_PEOPLE:
        raise Invalid(
            f"Give the account one or more of {', '.join(sorted(GIVEN_TO_PEOPLE))}.",
            "ROLES_INVALID",
        )
    return chosen
