"""What the person at the terminal sees while the demo runs."""

import time
from types import TracebackType

from rich.console import Console
from rich.markup import escape


class Teller:
    """One line for each step that is done, and below it what is waited for."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("")
        self._since = time.monotonic()

    def __enter__(self) -> "Teller":
        self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._status.stop()

    def waiting(self, what: str) -> None:
        """Replace the line below; nothing is shown when the output is no terminal."""
        self._status.update(f"waiting for {escape(what)}")

    def done(self, who: str, what: str) -> None:
        """A finished step, with the seconds since the one before."""
        now = time.monotonic()
        seconds, self._since = now - self._since, now
        self._console.print(f"[dim]{seconds:6.2f} s[/]  [bold]{escape(who):<9}[/] {escape(what)}")

    def heading(self, text: str) -> None:
        self._console.print(f"\n[bold]{escape(text)}[/]")
