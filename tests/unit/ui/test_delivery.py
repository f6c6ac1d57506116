"""Delivery for managers: what the words say, who may see it, and what the buttons do."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from tests.unit.ui.conftest import SignIn, htmx
from tests.unit.ui.deliveries import deliveries
from tests.unit.ui.gateway_double import GatewayDouble
from ui.crm.delivery.acts import deeds
from ui.crm.delivery.health import headline, rows

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
LETTER = "/crm/delivery/shop/shop/e1"
PATHS = ("/crm/delivery", "/crm/delivery/shop", LETTER, LETTER + "/redrive", LETTER + "/discard")


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).isoformat()


def standing(**changes: Any) -> dict[str, Any]:
    return {
        "dead": 0,
        "outgoing": {"unpublished": 0, "oldestAt": None},
        "readers": [],
        "consumers": [],
        **changes,
    }


def consumer(**changes: Any) -> dict[str, Any]:
    return {
        "name": "crm",
        "retrying": 0,
        "nextAttemptAt": None,
        "parked": 0,
        "oldestParkedAt": None,
        "dead": 0,
        **changes,
    }


def reader(behind: int, oldest: float | None) -> dict[str, Any]:
    at = None if oldest is None else ago(oldest)
    return {"consumer": "crm.journey", "behind": behind, "oldestAt": at, "confirmedAt": ago(86_400)}


def test_all_is_well_when_what_waits_is_a_moment_old() -> None:
    shop = standing(
        outgoing={"unpublished": 3, "oldestAt": ago(0.2)},
        readers=[reader(12, 1.5)],
        consumers=[consumer(parked=1, oldestParkedAt=ago(3))],
    )
    found = rows({"shop": shop}, NOW)
    assert found[0].concerns == ()
    assert headline(found) == ("good", "Everything arrives")


def test_a_consumer_that_has_nothing_to_read_may_be_silent_for_a_day() -> None:
    found = rows({"shop": standing(readers=[reader(0, None)])}, NOW)
    assert headline(found)[0] == "good"


@pytest.mark.parametrize(
    ("changes", "tone", "said"),
    [
        ({"dead": 2}, "bad", "shop could not apply 2 events."),
        (
            {"outgoing": {"unpublished": 7, "oldestAt": ago(185)}},
            "warn",
            "shop has 7 events to send, the oldest for 3 min 5 s.",
        ),
        (
            {"consumers": [consumer(parked=2, oldestParkedAt=ago(90))]},
            "warn",
            "crm holds back 2 events, the oldest for 1 min 30 s: one before them has not come.",
        ),
        ({"consumers": [consumer(retrying=1)]}, "busy", "crm tries 1 event again."),
    ],
)
def test_each_trouble_is_told_in_words(changes: dict[str, Any], tone: str, said: str) -> None:
    [row] = rows({"shop": standing(**changes)}, NOW)
    [concern] = row.concerns
    assert (concern.tone, concern.text) == (tone, said)
    assert concern.advice
    assert row.tone == tone


@pytest.mark.parametrize("why", [{"dead": 1}, {"retrying": 1}])
def test_what_waits_behind_a_letter_is_no_trouble_of_its_own(why: dict[str, int]) -> None:
    held = consumer(parked=2, oldestParkedAt=ago(900), **why)
    [row] = rows({"crm": standing(consumers=[held])}, NOW)
    assert not any("holds back" in concern.text for concern in row.concerns)


def test_a_late_consumer_is_told_once_and_at_its_own_service() -> None:
    services = {
        "shop": standing(readers=[reader(4, 100)]),
        "mes": standing(readers=[reader(1, 300)]),
        "crm": standing(),
    }
    shop, mes, crm = rows(services, NOW)
    assert shop.concerns == mes.concerns == ()
    [concern] = crm.concerns
    assert concern.text == (
        "crm.journey has not confirmed 5 events of shop and mes, the oldest for 5 min."
    )
    assert "crm" in concern.advice


def test_a_service_that_does_not_answer_is_no_good_news() -> None:
    found = rows({"shop": None, "crm": standing()}, NOW)
    assert headline(found)[0] == "warn"
    assert "shop does not answer." in [concern.text for concern in found[0].concerns]


def test_an_act_on_many_letters_is_told_as_one() -> None:
    def act(seconds: float, **changes: Any) -> dict[str, Any]:
        made = {"act": "discard", "actor": "Mina", "consumer": "shop", "reason": "noise"}
        return {**made, "at": ago(seconds), "eventId": f"e{seconds}", **changes}

    told = deeds(
        {
            "shop": [act(0), act(0.1), act(0.2), act(60), act(60.5, reason="else")],
            "mes": [act(30, act="replay", eventId=None, consumer="mes", reason="6 events: all")],
        }
    )
    assert [deed.words for deed in told] == [
        "discarded 3 letters of shop",
        "replayed events of mes",
        "discarded 1 letter of shop",
        "discarded 1 letter of shop",
    ]


def test_a_name_is_told_from_the_account_behind_it() -> None:
    def actor(text: str) -> tuple[str, str]:
        act = {"act": "redrive", "at": ago(0), "consumer": "shop", "reason": None, "eventId": "e"}
        [deed] = deeds({"shop": [{**act, "actor": text}]})
        return deed.name, deed.account

    assert actor("Mina (M.) Moss (mina@x.example)") == ("Mina (M.) Moss", "mina@x.example")
    assert actor("Mina Moss (mina@x.example)") == ("Mina Moss", "mina@x.example")
    assert actor("root") == ("root", "")


async def test_when_nothing_is_dead_the_page_says_that_all_is_well(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    for service in gateway.deliveries.values():
        service["letters"].clear()
    page = (await signed_in("manager").get("/crm/delivery")).text
    assert "Everything arrives" in page
    assert "Nothing waits for a person." in page
    assert "No dead letters" in page


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["crm", "operator", "shopper", "partner"])
async def test_nobody_but_a_manager_sees_it(signed_in: SignIn, who: str, path: str) -> None:
    answer = await signed_in(who).get(path)
    assert answer.status_code == 403
    assert "tracking_number" not in answer.text
    if who != "crm":
        assert 'href="/crm/delivery"' not in answer.text


@pytest.mark.parametrize("act", ["redrive", "discard"])
@pytest.mark.parametrize("of", [LETTER, "/crm/delivery/shop"])
async def test_nobody_but_a_manager_acts(
    signed_in: SignIn, gateway: GatewayDouble, act: str, of: str
) -> None:
    answer = await signed_in("crm").post(f"{of}/{act}?consumer=shop", data={"reason": "noise"})
    assert answer.status_code == 403
    assert all(letter["state"] == "DEAD" for letter in gateway.deliveries["shop"]["letters"])


async def test_a_visitor_is_asked_to_sign_in(browser: AsyncClient) -> None:
    answer = await browser.get("/crm/delivery")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=%2Fcrm%2Fdelivery")


async def test_only_managers_have_the_page_in_their_navigation_and_ask_for_the_count(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    plain = (await signed_in("crm").get("/crm")).text
    assert "/crm/delivery" not in plain
    manager = (await signed_in("manager").get("/crm")).text
    assert 'hx-get="/crm/delivery/count"' in manager
    assert len(gateway.requests) == 2, "neither page asks the seven services itself"


async def test_the_count_stands_in_the_navigation(signed_in: SignIn) -> None:
    manager = signed_in("manager")
    alone = (await manager.get("/crm/delivery/count", headers=htmx("delivery-count"))).text
    page = (await manager.get("/crm/delivery")).text
    for text in (alone, page):
        assert re.search(r'class="count count-bad"[^>]*>3<', text)
    assert "<nav" not in alone
    assert 'hx-trigger="every 60s"' in alone, "it does not ask again at once, for ever"


async def test_a_count_that_cannot_be_had_changes_nothing(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.down = True
    answer = await signed_in("manager").get("/crm/delivery/count", headers=htmx("delivery-count"))
    assert answer.status_code == 204
    gateway.down = False
    assert (await signed_in("crm").get("/crm/delivery/count")).status_code == 204


async def test_a_letter_is_redriven_and_twice_does_no_harm(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    manager = signed_in("manager")
    for said in ("1 letter is on its way again.", "nothing left to do"):
        answer = await manager.post(LETTER + "/redrive")
        assert (answer.status_code, answer.headers["Location"]) == (303, LETTER)
        page = (await manager.get(LETTER)).text
        assert said in page
        assert not re.search(r'id="delivery-count"[^>]*hx-preserve', page), "it counts anew"
    assert "On its way again" in page
    assert "every 2s" in page, "the page follows it"
    assert "redrove 1 letter of shop" in page
    assert gateway.deliveries["shop"]["letters"][1]["state"] == "DEAD"


async def test_a_letter_is_discarded_with_a_reason_and_not_without(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    manager = signed_in("manager")
    refused = await manager.post(LETTER + "/discard", data={"reason": "  "})
    assert refused.status_code == 422
    assert "Enter the reason" in refused.text
    assert gateway.deliveries["shop"]["letters"][0]["state"] == "DEAD"
    answer = await manager.post(LETTER + "/discard", data={"reason": "A test order."})
    assert answer.status_code == 303
    page = (await manager.get(LETTER)).text
    assert "Why: A test order." in page
    assert "discarded 1 letter of shop" in page
    assert LETTER + "/redrive" not in page


async def test_a_group_is_acted_on_as_the_address_chooses_it(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    manager = signed_in("manager")
    group = "?consumer=shop&type=OrderShipped&error=Conflict%3A+%E2%80%A6+is+cancelled"
    answer = await manager.post("/crm/delivery/shop/redrive" + group)
    assert answer.headers["Location"] == "/crm/delivery"
    assert gateway.asked("shopRedrive")["group"] == {
        "consumer": "shop",
        "type": "OrderShipped",
        "error": "Conflict: … is cancelled",
    }
    assert "2 letters are on their way again." in (await manager.get("/crm/delivery")).text


async def test_a_group_without_a_consumer_is_no_group(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    assert (await signed_in("manager").post("/crm/delivery/shop/redrive")).status_code == 404
    assert not any("shopRedrive" in query for query, _, _ in gateway.requests)


async def test_an_unreadable_message_is_not_offered_to_be_redriven(signed_in: SignIn) -> None:
    page = (await signed_in("manager").get("/crm/delivery/crm/crm.journey/e3")).text
    assert "/redrive" not in page
    assert "/discard" in page
    assert "Unreadable message" in page


async def test_what_was_sent_is_shown_and_never_executed(signed_in: SignIn) -> None:
    page = (await signed_in("manager").get(LETTER)).text
    assert "&lt;1Z&gt;" in page
    assert "<1Z>" not in page


async def test_a_service_that_is_away_costs_its_own_line_alone(
    signed_in: SignIn, gateway: GatewayDouble
) -> None:
    gateway.dead = {"mes"}
    page = (await signed_in("manager").get("/crm/delivery")).text
    assert "mes does not answer." in page
    assert "OrderShipped" in page


@pytest.mark.parametrize("path", ["/crm/delivery/shoes", "/crm/delivery/shop/shop/none"])
async def test_what_does_not_exist_is_not_found(signed_in: SignIn, path: str) -> None:
    assert (await signed_in("manager").get(path)).status_code == 404


def test_the_double_tells_of_every_consumer() -> None:
    assert sum(len(standing["consumers"]()) for standing in deliveries().values()) == 7
