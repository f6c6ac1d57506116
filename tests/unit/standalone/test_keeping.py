"""The graph that is served, and what becomes of it when drafts change."""

from __future__ import annotations

import pytest

from gateway.edge.transport.circuit import Permit, State
from gateway.edge.transport.http import HttpPool
from gateway.federation import CompositionError, FederationError, SupergraphError
from gateway.standalone.draft import Draft
from gateway.standalone.graphs import Graph, Graphs
from gateway.standalone.keeper import Keeper
from gateway.standalone.part import Part, SourceError
from gateway.standalone.settings import StandaloneSettings
from gateway.standalone.sources import NotHeardOf

GOOD, BETTER = "type Query { x: Int }", "type Query { x: Int y: Int }"
BAD = 'type Query { x: Int } type T @key(fields: "none") { id: ID }'


class Drafts:
    """A source that gives what a test puts in, or raises it."""

    def __init__(self, first: Draft | Exception) -> None:
        self.now = first

    async def read(self) -> Draft:
        if isinstance(self.now, Exception):
            raise self.now
        return self.now


class Counting(Graphs):
    """Counts how often a graph is made."""

    made = 0

    def make(self, draft: Draft) -> Graph:
        self.made += 1
        return super().make(draft)


def draft(sdl: str, url: str = "http://a", **more: object) -> Draft:
    return Draft(parts=(Part("a", url, sdl, **more),))  # type: ignore[arg-type]


def graphs(**settings: object) -> Counting:
    return Counting(StandaloneSettings(**settings), HttpPool())  # type: ignore[arg-type]


async def test_an_equal_draft_is_not_made_into_a_graph_again() -> None:
    drafts, made = Drafts(draft(GOOD)), graphs()
    keeper = Keeper(drafts, made)
    await keeper.refresh()
    first = keeper.graph
    drafts.now = draft(GOOD)
    await keeper.refresh()
    assert keeper.graph is first
    assert made.made == 1


async def test_what_does_not_compose_is_tried_once_and_told_until_it_is_mended() -> None:
    drafts, made = Drafts(draft(GOOD)), graphs()
    keeper = Keeper(drafts, made)
    await keeper.refresh()
    first = keeper.graph
    drafts.now = draft(BAD)
    for _ in range(3):
        await keeper.refresh()
    assert made.made == 2
    assert keeper.graph is first
    assert "KEY_INVALID_FIELDS" in str(keeper.problem)
    drafts.now = draft(BETTER)
    await keeper.refresh()
    assert keeper.problem is None
    assert keeper.graph is not first


async def test_what_cannot_be_read_for_a_while_leaves_the_graph() -> None:
    drafts, made = Drafts(draft(GOOD)), graphs()
    keeper = Keeper(drafts, made)
    await keeper.refresh()
    drafts.now = SourceError("The file is gone.")
    await keeper.refresh()
    assert keeper.problem == "The file is gone."
    drafts.now = draft(GOOD)
    await keeper.refresh()
    assert keeper.problem is None
    assert made.made == 1


@pytest.mark.parametrize(
    ("first", "error"),
    [
        (draft(BAD), CompositionError),
        (Draft(supergraph="type"), SupergraphError),
        (SourceError("The file is not there."), SourceError),
    ],
)
async def test_without_a_graph_to_keep_problems_are_raised(
    first: Draft | Exception, error: type[FederationError] | type[SourceError]
) -> None:
    with pytest.raises(error):
        await Keeper(Drafts(first), graphs()).refresh()


async def test_subgraphs_that_have_not_been_heard_of_are_named() -> None:
    drafts = Drafts(NotHeardOf({"a": "a: it cannot be reached"}))
    keeper = Keeper(drafts, graphs())
    await keeper.refresh()
    assert keeper.graph is None
    assert list(keeper.waits_for) == ["a"]
    drafts.now = draft(GOOD)
    await keeper.refresh()
    assert keeper.graph is not None
    assert not keeper.waits_for


class Faulty(Counting):
    """Cannot make graphs of some drafts, for a reason that nobody thought of."""

    def make(self, draft: Draft) -> Graph:
        if draft == BEYOND_US:
            raise RecursionError
        return super().make(draft)


BEYOND_US = draft("type Query { z: Int }")


async def test_a_fault_in_composing_leaves_the_graph_and_is_told() -> None:
    drafts, made = Drafts(draft(GOOD)), Faulty(StandaloneSettings(), HttpPool())
    keeper = Keeper(drafts, made)
    await keeper.refresh()
    first = keeper.graph
    drafts.now = BEYOND_US
    for _ in range(2):
        await keeper.refresh()
        assert keeper.graph is first
        assert "fault of the gateway" in str(keeper.problem)
    drafts.now = draft(BETTER)
    await keeper.refresh()
    assert keeper.problem is None


async def test_a_fault_in_composing_the_first_graph_is_a_sentence() -> None:
    with pytest.raises(SourceError, match="fault of the gateway"):
        await Keeper(Drafts(BEYOND_US), Faulty(StandaloneSettings(), HttpPool())).refresh()


def open_circuit(graph: Graph) -> None:
    circuit = graph.transport.circuit("a")
    for _ in range(10):
        circuit.fail(Permit(0), 0, "gone")
    assert circuit.state is State.OPEN


def test_what_is_known_of_a_failing_subgraph_outlives_a_graph_but_not_a_move() -> None:
    made = graphs()
    first = made.make(draft(GOOD))
    made.serve(first)
    open_circuit(first)
    second = made.make(draft(BETTER))
    made.serve(second)
    assert second.transport.circuit("a").state is State.OPEN
    moved = made.make(draft(BETTER, "http://b"))
    made.serve(moved)
    assert moved.transport.circuit("a").state is State.CLOSED


def test_an_address_may_be_replaced_and_the_subscriptions_go_along() -> None:
    made = graphs(addresses={"a": "http://b"})
    assert made.make(draft(GOOD)).parts["a"].url == "http://b"
    assert made.make(draft(GOOD)).parts["a"].events == "http://b"
    elsewhere = made.make(draft(GOOD, events="ws://c"))
    assert elsewhere.parts["a"].events == "ws://c"
