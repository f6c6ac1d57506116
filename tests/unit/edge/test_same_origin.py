import pytest

from gateway.edge.same_origin import comes_from_own_pages

HOST = {"host": "partline.example"}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_open_to_links_from_everywhere(method: str) -> None:
    headers = HOST | {"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    assert comes_from_own_pages(method, headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_send(site: str) -> None:
    assert not comes_from_own_pages("POST", HOST | {"sec-fetch-site": site})


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_our_own_pages_can_send(site: str) -> None:
    assert comes_from_own_pages("POST", HOST | {"sec-fetch-site": site})


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "https://partline.example.evil.example", "null", ""),
        *("https://[", "https://\u2100.example"),
    ],
)
def test_an_older_browser_is_judged_by_its_origin(origin: str) -> None:
    assert not comes_from_own_pages("POST", HOST | {"origin": origin})


def test_the_origin_of_our_own_address_is_ours() -> None:
    assert comes_from_own_pages("POST", HOST | {"origin": "https://partline.example"})


def test_an_origin_without_a_host_to_compare_is_not_ours() -> None:
    assert not comes_from_own_pages("POST", {"origin": "https://partline.example"})


def test_a_trusted_origin_is_ours_too() -> None:
    headers = HOST | {"origin": "https://shop.example", "sec-fetch-site": "cross-site"}
    assert comes_from_own_pages("POST", headers, trusted_origins={"https://shop.example"})


def test_a_program_that_is_no_browser_can_send() -> None:
    assert comes_from_own_pages("POST", HOST)
