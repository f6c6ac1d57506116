"""What stands around every page: who is here, which consoles they may open, and the counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.settings import SERVICES
from ui.problems import Problem

STAFF = {"crm": {"CRM", "MANAGER"}, "operator": {"OPERATOR", "MANAGER"}}


@dataclass(frozen=True)
class Person:
    """Someone signed in, as their own page shows them."""

    id: str
    name: str
    email: str
    roles: frozenset[str]

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace("&", " ").split() if word]
        return "".join(word[0] for word in words[:2]).upper() or "?"

    def may_open(self, console: str) -> bool:
        return console not in STAFF or bool(self.roles & STAFF[console])


@dataclass(frozen=True)
class Frame:
    """The navigation of a console: ``section`` is the entry that the page belongs to."""

    console: str
    section: str
    person: Person | None = None
    basket: int = 0
    counts: Mapping[str, str] = field(default_factory=dict)
    earned: str | None = None
    notices: tuple[str, ...] = ()

    @property
    def sees_delivery(self) -> bool:
        """Whether the CRM console's pages on delivery are for who is here."""
        return self.person is not None and "MANAGER" in self.person.roles

    @property
    def sees_prices(self) -> bool:
        """Whether the price book is for who is here."""
        return self.person is not None and "MANAGER" in self.person.roles

    @property
    def may_open(self) -> bool:
        """Whether the pages of this console are for who is here."""
        return self.console in self.consoles

    @property
    def consoles(self) -> tuple[str, ...]:
        staff = tuple(c for c in STAFF if self.person is not None and self.person.may_open(c))
        return ("shop", "editor", *staff)


def front_of(roles: Iterable[str]) -> str:
    """Where the work of who signs in begins: the first console that is theirs, or the shop."""
    theirs = (f"/{console}" for console, needed in STAFF.items() if needed & set(roles))
    return next(theirs, "/")


def frame(
    console: str,
    section: str,
    data: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
) -> Frame:
    """Reads the fields of the console's ``Frame`` fragment out of a page's answer.

    ``problems`` are the parts of the page that failed while the others came.
    """
    data = data or {}
    basket = data.get("basket") or {}
    earnings = data.get("todaysEarnings") or {}
    return Frame(
        console=console,
        section=section,
        person=_person(data.get("me")),
        basket=sum(line["quantity"] for line in basket.get("lines") or ()),
        counts=_counts(data),
        earned=(earnings.get("total") or {}).get("text"),
        notices=tuple(dict.fromkeys(problem.message for problem in problems)),
    )


def _person(me: Mapping[str, Any] | None) -> Person | None:
    if not me:
        return None
    return Person(me["id"], me["name"], me.get("email") or "", frozenset(me["roles"]))


def _counts(data: Mapping[str, Any]) -> dict[str, str]:
    counts: dict[str, str] = {}
    waiting, stuck = data.get("waitingReviews"), data.get("stuckNow")
    if waiting and waiting.get("totalCount"):
        counts["reviews"] = str(waiting["totalCount"])
    offers = data.get("waitingOffers") or {}
    if offers.get("totalCount"):
        counts["offers"] = str(offers["totalCount"])
    if stuck:
        counts["stuck"] = f"{len(stuck)}+" if len(stuck) >= 50 else str(len(stuck))
    deliveries = [data.get(f"{service}Delivery") or {} for service in SERVICES]
    if any("deadLetterGroups" in one and "dead" in one for one in deliveries):
        counts["delivery"] = str(sum(one.get("dead", 0) for one in deliveries))
    return counts


SHOP_FRAME = """
fragment Frame on Query {
  me { id name email roles }
  basket { id lines { id quantity } }
}
"""
CRM_FRAME = """
fragment Frame on Query {
  me { id name email roles }
  waitingReviews: reviews(state: PENDING, first: 1) { totalCount }
  waitingOffers: offersToMake(first: 1) { totalCount }
  stuckNow: stuckOrders(first: 50) { since }
}
"""
OPERATOR_FRAME = """
fragment Frame on Query {
  me { id name email roles }
  todaysEarnings: earnings { total { text } count }
}
"""
