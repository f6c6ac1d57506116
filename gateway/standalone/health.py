"""What the gateway says of itself."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.edge.transport.circuit import State
from gateway.standalone.keeper import Keeper


class Health:
    """GET /health and /ready, from what is known already: nothing is asked for it.

    `tells_causes`: also why a subgraph fails, which may name its address; the log has it anyway.
    """

    def __init__(self, keeper: Keeper, *, tells_causes: bool = False) -> None:
        self._keeper = keeper
        self._tells_causes = tells_causes

    async def health(self, _: Request) -> Response:
        """200 while a graph is served, however its subgraphs fare; the body tells the rest."""
        report = self._report()
        return JSONResponse(report, 200 if self._keeper.graph else 503)

    async def ready(self, _: Request) -> Response:
        """200 while a graph is served."""
        ready = self._keeper.graph is not None
        return JSONResponse({"ready": ready}, 200 if ready else 503)

    def _report(self) -> dict[str, object]:
        keeper = self._keeper
        report: dict[str, object] = {"status": self._status()}
        if keeper.problem:
            report["problem"] = keeper.problem
        if keeper.waits_for:
            waiting = keeper.waits_for
            report["waits_for"] = waiting if self._tells_causes else sorted(waiting)
        if keeper.graph is not None:
            report["subgraphs"] = {name: self._subgraph(name) for name in keeper.graph.parts}
        return report

    def _status(self) -> str:
        keeper = self._keeper
        if keeper.graph is None:
            return "waiting"
        failing = any(
            keeper.graph.transport.circuit(name).state is not State.CLOSED
            for name in keeper.graph.parts
        )
        return "incomplete" if failing or keeper.problem or keeper.waits_for else "ok"

    def _subgraph(self, name: str) -> dict[str, object]:
        assert self._keeper.graph is not None
        circuit = self._keeper.graph.transport.circuit(name)
        state: dict[str, object] = {"circuit": circuit.state}
        if circuit.failures:
            state["failures_in_a_row"] = circuit.failures
            if self._tells_causes:
                state["last_failure"] = circuit.last_failure
        return state
