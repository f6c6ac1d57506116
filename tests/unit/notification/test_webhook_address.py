"""Which addresses partners may give us to call."""

import pytest

from shared.errors import Invalid
from subgraphs.notification.webhooks.address import AddressForbidden, GuardedResolver, check_url

INSIDE = [
    "https://127.0.0.1/hook",
    "https://localhost/hook",
    "https://shop.localhost/hook",
    "https://10.1.2.3/hook",
    "https://192.168.0.1/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/hook",
    "https://0.0.0.0/hook",
    "https://[::1]/hook",
    "https://[fe80::1%25eth0]/hook",
    "https://[fd00::1]/hook",
    "https://[::ffff:127.0.0.1]/hook",
    "https://224.0.0.1/hook",
    "https://[64:ff9b::7f00:1]/hook",
    "https://[::10.0.0.1]/hook",
    "https://[2002:7f00:1::]/hook",
    "https://localhost./hook",
    "https://169.254.169.254./hook",
    "https://2130706433/hook",
    "https://0x7f000001/hook",
    "https://127.1/hook",
    "https://0177.0.0.1/hook",
    "https://1.0x7f/hook",
    "https://\uff11\uff12\uff17.0.0.1/hook",
    "https://127\u30020\u30020\u30021/hook",
]
NO_ADDRESS = [
    "",
    "example.com",
    "ftp://example.com/hook",
    "http://example.com/hook",
    "https://",
    "https:///hook",
    "https://user:secret@example.com/hook",
    "https://example.com/hook#part",
    "https://example.com/a b",
    "https://example.com/\r\nHost: other",
    "https://example.com:99999/hook",
    "https://[::1",
    "https://example.com/" + "a" * 2_000,
    "javascript:alert(1)",
]


@pytest.mark.parametrize("url", [*INSIDE, *NO_ADDRESS])
def test_what_is_no_public_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, private=False)
    assert refused.value.error_code == "WEBHOOK_ADDRESS"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook?a=1",
        "https://3d.example.com./",
        "https://b\u00fccher.example/",
        "https://93.184.215.14:8443/",
        "https://[2606:4700::1]/x",
    ],
)
def test_a_public_address_passes(url: str) -> None:
    assert check_url(url, private=False) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hook", "http://localhost/hook"])
def test_on_a_developers_machine_a_private_one_passes_too(url: str) -> None:
    assert check_url(url, private=True) == url


@pytest.mark.parametrize("name", ["localhost", "2130706433", "0x7f000001", "127.1"])
async def test_a_name_that_leads_inside_is_not_called(name: str) -> None:
    resolver = GuardedResolver()
    with pytest.raises(AddressForbidden):
        await resolver.resolve(name, 443)
    await resolver.close()
