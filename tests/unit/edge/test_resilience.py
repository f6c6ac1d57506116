"""Deadlines, repetition and circuits, on a clock of their own."""

import asyncio
from collections.abc import Mapping

import pytest

from gateway.edge.transport import SubgraphUnavailable
from gateway.edge.transport.circuit import Circuit, Permit, State
from gateway.edge.transport.patience import Patience, Patiences
from gateway.edge.transport.resilient import Clock, ResilientTransport

PATIENCE = Patience(failures=3, rest=1, longest_rest=3)


class Time:
    """A clock that moves only when somebody sleeps or a test says so."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep, lambda: 0.5)


class Subgraphs:
    """A transport whose subgraphs fail as often as a test says."""

    def __init__(self, *failures: SubgraphUnavailable) -> None:
        self.failures = list(failures)
        self.requests = 0
        self.hangs = False

    async def send(
        self, subgraph: str, body: bytes, headers: Mapping[str, str], *, repeatable: bool = False
    ) -> bytes:
        self.requests += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.failures:
            raise self.failures.pop(0)
        return b"{}"

    async def healthy(self, subgraph: str) -> bool:
        return True

    async def close(self) -> None: ...


def broken() -> SubgraphUnavailable:
    return SubgraphUnavailable("a", "the connection broke", passing=True)


def refusing() -> SubgraphUnavailable:
    return SubgraphUnavailable("a", "it answered 500 as text/html")


def resilient(
    subgraphs: Subgraphs, time: Time, patience: Patience = PATIENCE
) -> ResilientTransport:
    return ResilientTransport(subgraphs, Patiences(patience), clock=time.clock)


async def fails(transport: ResilientTransport, *, repeatable: bool = False) -> SubgraphUnavailable:
    with pytest.raises(SubgraphUnavailable) as caught:
        await transport.send("a", b"", {}, repeatable=repeatable)
    return caught.value


async def test_a_query_is_sent_again_after_pauses_that_grow() -> None:
    subgraphs, time = Subgraphs(broken(), broken()), Time()
    transport = resilient(subgraphs, time)
    assert await transport.send("a", b"", {}, repeatable=True) == b"{}"
    assert subgraphs.requests == 3
    assert time.slept == [0.025, 0.05]
    assert transport.circuit("a").failures == 0


async def test_a_query_is_not_sent_for_ever() -> None:
    subgraphs = Subgraphs(*(broken() for _ in range(9)))
    await fails(resilient(subgraphs, Time()), repeatable=True)
    assert subgraphs.requests == 3


async def test_a_mutation_is_never_sent_twice() -> None:
    subgraphs = Subgraphs(broken())
    await fails(resilient(subgraphs, Time()))
    assert subgraphs.requests == 1


async def test_an_answer_that_would_be_the_same_is_not_asked_for_again() -> None:
    subgraphs = Subgraphs(refusing())
    await fails(resilient(subgraphs, Time()), repeatable=True)
    assert subgraphs.requests == 1


async def test_whoever_does_not_answer_in_time_is_given_up_at_the_deadline() -> None:
    subgraphs = Subgraphs()
    subgraphs.hangs = True
    transport = resilient(subgraphs, Time(), Patience(deadline=0.01))
    error = await fails(transport, repeatable=True)
    assert "in time" in str(error)
    assert subgraphs.requests == 1
    assert transport.circuit("a").failures == 1


async def test_a_subgraph_that_fails_again_and_again_is_left_alone() -> None:
    subgraphs, time = Subgraphs(*(refusing() for _ in range(3))), Time()
    transport = resilient(subgraphs, time)
    for _ in range(3):
        assert (await fails(transport)).asked
    error = await fails(transport)
    assert not error.asked
    assert "it answered 500" in str(error)
    assert subgraphs.requests == 3
    time.now += 1
    assert await transport.send("a", b"", {}) == b"{}"
    assert transport.circuit("a").state is State.CLOSED


async def test_the_circuit_of_one_subgraph_is_not_that_of_another() -> None:
    subgraphs = Subgraphs(*(refusing() for _ in range(3)))
    transport = resilient(subgraphs, Time())
    for _ in range(3):
        await fails(transport)
    assert await transport.send("b", b"", {}) == b"{}"


async def test_each_subgraph_may_be_granted_its_own_patience() -> None:
    subgraphs = Subgraphs(refusing())
    patiences = Patiences(PATIENCE, {"a": Patience(failures=1)})
    transport = ResilientTransport(subgraphs, patiences, clock=Time().clock)
    await fails(transport)
    assert transport.circuit("a").state is State.OPEN


async def test_a_request_that_its_sender_abandons_says_nothing_of_the_subgraph() -> None:
    subgraphs, time = Subgraphs(*(refusing() for _ in range(3))), Time()
    transport = resilient(subgraphs, time)
    for _ in range(3):
        await fails(transport)
    time.now += 1
    subgraphs.hangs = True
    trying = asyncio.create_task(transport.send("a", b"", {}))
    await asyncio.sleep(0)
    trying.cancel()
    await asyncio.gather(trying, return_exceptions=True)
    subgraphs.hangs = False
    assert await transport.send("a", b"", {}) == b"{}"


async def test_a_refused_or_enormous_answer_is_no_failure_of_the_subgraph() -> None:
    refused = SubgraphUnavailable("a", "it answered 400 as text/html", answered=True)
    transport = resilient(Subgraphs(refusing(), refusing(), *(refused for _ in range(9))), Time())
    for _ in range(11):
        assert (await fails(transport)).asked
    assert transport.circuit("a").failures == 0


async def test_slow_requests_of_one_client_do_not_shut_a_subgraph_that_answers_others() -> None:
    subgraphs, time = Subgraphs(), Time()
    transport = resilient(subgraphs, time, Patience(deadline=0.05, failures=3))
    subgraphs.hangs = True
    slow = [asyncio.create_task(transport.send("a", b"", {})) for _ in range(9)]
    await asyncio.sleep(0)
    assert subgraphs.requests == 9
    subgraphs.hangs = False
    time.now += 1
    await transport.send("a", b"", {})
    ended = await asyncio.gather(*slow, return_exceptions=True)
    assert all(isinstance(one, SubgraphUnavailable) for one in ended)
    assert transport.circuit("a").state is State.CLOSED
    assert transport.circuit("a").failures == 0


def let_out(circuit: Circuit, now: float) -> Permit:
    permit = circuit.lets_out(now)
    assert permit is not None
    return permit


def test_half_open_one_request_tries_and_the_rest_grows_while_it_fails() -> None:
    circuit = Circuit(PATIENCE)
    for _ in range(3):
        circuit.fail(let_out(circuit, 0), 0, "gone")
    assert not circuit.lets_out(0.9)
    trial = let_out(circuit, 1)
    assert circuit.state is State.HALF_OPEN
    assert not circuit.lets_out(1)
    circuit.fail(trial, 1, "gone")
    assert not circuit.lets_out(2.9)
    circuit.fail(let_out(circuit, 3), 3, "gone")
    assert circuit.lets_out(6)
    circuit.succeed(6)
    for _ in range(3):
        circuit.fail(let_out(circuit, 7), 7, "gone")
    assert circuit.lets_out(8)


@pytest.mark.parametrize("how", ["late", "abandoned"])
def test_requests_from_before_say_nothing_while_another_tries(how: str) -> None:
    circuit = Circuit(PATIENCE)
    early = let_out(circuit, 0)
    for _ in range(3):
        circuit.fail(let_out(circuit, 0), 0, "gone")
    trial = let_out(circuit, 1)
    if how == "late":
        circuit.fail(early, 1.5, "late")
    else:
        circuit.give_back(early, 1.5)
    assert circuit.state is State.HALF_OPEN
    assert not circuit.lets_out(1.5)
    circuit.fail(trial, 2, "gone")
    assert circuit.lets_out(4)


def test_answers_in_between_keep_the_circuit_closed() -> None:
    circuit = Circuit(PATIENCE)
    for now in range(5):
        circuit.fail(Permit(now), now, "gone")
        circuit.fail(Permit(now), now, "gone")
        circuit.succeed(now)
    assert circuit.state is State.CLOSED


def test_a_circuit_can_be_switched_off() -> None:
    circuit = Circuit(Patience(failures=0))
    for _ in range(50):
        circuit.fail(Permit(0), 0, "gone")
    assert circuit.lets_out(0)
