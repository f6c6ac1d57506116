"""Before the first step: is anybody there at all?"""

import httpx

from partline.demo.outcome import Ended, OutOfReach
from partline.demo.patience import Patience


async def arrive(http: httpx.AsyncClient, patience: Patience) -> None:
    """Return once anything answers at the address, whatever it says. Raises Ended."""

    async def knock() -> bool:
        try:
            await http.get("/health")
        except httpx.TransportError as fault:
            raise OutOfReach(f"no answer: {type(fault).__name__}") from fault
        return True

    try:
        await patience.until("an answer", knock)
    except Ended as end:
        raise Ended(
            f"Nothing answers at {str(http.base_url).rstrip('/')}. Start Partline with `make up` or"
            " `partline up`, or name the address of one that runs with --url."
        ) from end
