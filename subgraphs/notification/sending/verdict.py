"""What a failed attempt says: of the message, or of the mail server."""

from enum import Enum

from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPRecipientsRefused,
    SMTPResponseException,
)


class Verdict(Enum):
    """AWAY: the server cannot be reached or refuses us all, which says nothing of the message.
    RETRY: this message, later. REFUSED: this message, for ever."""

    AWAY = "away"
    RETRY = "retry"
    REFUSED = "refused"


def verdict(error: Exception) -> Verdict:
    """Codes as in RFC 5321, section 4.2.1: 4yz is transient, 5yz permanent."""
    match error:
        case SMTPConnectError() | SMTPAuthenticationError() | ConnectionRefusedError():
            return Verdict.AWAY
        case SMTPRecipientsRefused(recipients=refusals):
            permanent = all(refusal.code >= 500 for refusal in refusals)
            return Verdict.REFUSED if permanent else Verdict.RETRY
        case SMTPResponseException(code=code):
            return Verdict.REFUSED if code >= 500 else Verdict.RETRY
        case ValueError():  # an address or a header that no message can carry
            return Verdict.REFUSED
        case _:
            return Verdict.RETRY
