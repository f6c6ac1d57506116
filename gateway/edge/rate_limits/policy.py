"""Which limits hold for whom."""

from dataclasses import dataclass, field

from gateway.edge.rate_limits.bucket import Rate


@dataclass(frozen=True, slots=True)
class RatePolicy:
    """The limits of the public door; generous for people, tight where passwords are tried.

    `api_key` and `subject` count for a key's owner and for who is signed in; `address` for
    everybody else, by where they are. `unheard` counts, by address, keys and sessions that
    accounts has to be asked about, `sign_in` the passwords that are tried.
    """

    api_key: Rate = field(default=Rate("key", capacity=600, per_second=100))
    subject: Rate = field(default=Rate("subject", capacity=600, per_second=100))
    address: Rate = field(default=Rate("address", capacity=1200, per_second=200))
    unheard: Rate = field(default=Rate("unheard", capacity=600, per_second=100))
    sign_in: Rate = field(default=Rate("sign-in", capacity=30, per_second=0.5))


_PASSWORD_FIELDS = ("signIn", "register")


def passwords_tried(document: str) -> int:
    """How many sign-ins the operation holds at most: one request can carry hundreds of them.

    A field cannot be called without its name standing in the document, once for each call:
    GraphQL knows no escapes in names. A document that merely mentions it is counted too.
    """
    return sum(document.count(name) for name in _PASSWORD_FIELDS)
