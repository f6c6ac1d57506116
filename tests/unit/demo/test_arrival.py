"""The demo against nothing, and against something that only starts."""

import socket
from io import StringIO

import httpx
import pytest
from rich.console import Console

from partline.demo.arrival import arrive
from partline.demo.outcome import Ended
from partline.demo.patience import Patience
from partline.demo.teller import Teller


async def test_where_nothing_runs_the_demo_says_so_and_how_to_start_it() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url) as http:
            with pytest.raises(Ended, match=rf"Nothing answers at {url}\..*make up"):
                await arrive(http, Patience(0, Teller(Console(file=StringIO()))))
