"""What automatic persisted queries remember."""

from collections import OrderedDict


class PersistedQueries:
    """Texts by their hash, the least recently used forgotten first.

    `most_bytes` bounds what all texts take together; a text above a sixteenth of it is not kept,
    so that nobody's one query can push out everybody else's.
    """

    def __init__(self, most_bytes: int = 16 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes
        self._texts: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, sha256: str) -> str | None:
        """The text that was registered under this hash, if it is still known."""
        kept = self._texts.get(sha256)
        if kept is None:
            return None
        self._texts.move_to_end(sha256)
        return kept[0]

    def keep(self, sha256: str, text: str) -> None:
        """Remember a text whose hash has been checked."""
        if sha256 in self._texts:
            return
        size = len(text.encode()) + len(sha256)
        if size > self._most_bytes // 16:
            return
        self._texts[sha256] = (text, size)
        self.bytes += size
        while self.bytes > self._most_bytes:
            _, (_, forgotten) = self._texts.popitem(last=False)
            self.bytes -= forgotten
