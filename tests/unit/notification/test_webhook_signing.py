"""Signatures as Standard Webhooks has them."""

import base64
import hashlib
import hmac

from subgraphs.notification.webhooks.signing import headers, new_secret, shown


def test_the_specifications_own_example_is_signed_as_it_says() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    signed = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret])
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signed["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"
    assert signed["webhook-timestamp"] == "1614265330"


def test_a_partner_checks_with_the_secret_as_it_was_shown() -> None:
    secret = new_secret()
    key = base64.b64decode(shown(secret).removeprefix("whsec_"))
    signature = headers("msg_1", 7, b"{}", [secret])["webhook-signature"].removeprefix("v1,")
    expected = hmac.new(key, b"msg_1.7.{}", hashlib.sha256).digest()
    assert base64.b64decode(signature) == expected


def test_while_a_secret_is_changed_both_sign() -> None:
    old, new = new_secret(), new_secret()
    both = headers("msg_1", 7, b"{}", [new, old])["webhook-signature"].split(" ")
    assert both == [headers("msg_1", 7, b"{}", [key])["webhook-signature"] for key in (new, old)]
