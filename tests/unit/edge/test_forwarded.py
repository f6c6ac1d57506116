from gateway.edge.pages.forwarded import request_headers, response_headers


def test_headers_that_only_the_edge_may_say_do_not_pass() -> None:
    given = [
        (b"Accept", b"text/html"),
        (b"X-Partline-Token", b"forged"),
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"Forwarded", b"for=10.0.0.1"),
        (b"X-Request-Id", b"forged"),
        (b"Authorization", b"Bearer plk_x"),
    ]
    assert request_headers(given, {"x-forwarded-for": "192.0.2.1"}) == [
        (b"accept", b"text/html"),
        (b"x-forwarded-for", b"192.0.2.1"),
    ]


def test_headers_for_one_hop_stay_on_it_in_both_directions() -> None:
    given = [
        (b"Connection", b"keep-alive, X-Secret"),
        (b"Keep-Alive", b"timeout=5"),
        (b"X-Secret", b"1"),
        (b"Transfer-Encoding", b"chunked"),
        (b"Upgrade", b"websocket"),
        (b"Accept", b"*/*"),
    ]
    assert request_headers(given, {}) == [(b"accept", b"*/*")]
    assert response_headers(given) == [(b"accept", b"*/*")]


def test_every_cookie_that_the_pages_set_reaches_the_browser() -> None:
    given = [(b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")]
    assert response_headers(given) == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]


def test_the_first_page_already_knows_its_visitor() -> None:
    assert request_headers([], {}, cookie="partline_visitor=v") == [
        (b"cookie", b"partline_visitor=v")
    ]


def test_a_new_visitor_replaces_the_old_beside_the_other_cookies() -> None:
    given = [(b"cookie", b"theme=dark; partline_visitor=old"), (b"cookie", b"partline_session=s")]
    (header,) = request_headers(given, {}, cookie="partline_visitor=new")
    assert header == (b"cookie", b"theme=dark; partline_session=s; partline_visitor=new")


def test_a_session_that_is_over_is_not_shown_to_the_pages() -> None:
    given = [(b"cookie", b"partline_session=s")]
    assert request_headers(given, {}, without_cookie="partline_session") == []
