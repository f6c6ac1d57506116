"""What a mail server's answer says."""

import pytest
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectTimeoutError,
    SMTPDataError,
    SMTPReadTimeoutError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)

from subgraphs.notification.sending.verdict import Verdict, verdict


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SMTPConnectError("refused"), Verdict.AWAY),
        (SMTPConnectTimeoutError("no answer"), Verdict.AWAY),
        (SMTPAuthenticationError(535, "wrong password"), Verdict.AWAY),
        (SMTPDataError(554, "spam"), Verdict.REFUSED),
        (SMTPDataError(451, "try later"), Verdict.RETRY),
        (SMTPRecipientsRefused([SMTPRecipientRefused(550, "unknown", "a@b")]), Verdict.REFUSED),
        (SMTPRecipientsRefused([SMTPRecipientRefused(450, "greylisted", "a@b")]), Verdict.RETRY),
        (SMTPServerDisconnected("gone"), Verdict.RETRY),
        (SMTPReadTimeoutError("slow"), Verdict.RETRY),
        (ValueError("no such address"), Verdict.REFUSED),
    ],
)
def test_each_failure_speaks_of_the_message_or_of_the_server(
    error: Exception, expected: Verdict
) -> None:
    assert verdict(error) is expected
