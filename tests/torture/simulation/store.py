"""Rows, locks and transactions as PostgreSQL keeps them at READ COMMITTED.

A statement is a generator: it runs at one moment on the server, and yields only where PostgreSQL
would make it wait for a row that another open transaction has locked, or None where it takes its
time between two rows. Row locks and the keys of
rows that were inserted but not committed are one thing here: a lock on (table, key).
"""

from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from typing import Any, TypeVar

from tests.torture.simulation.refusals import deadlock

Key = Hashable
Row = Mapping[str, Any]
Place = tuple[str, Key]
T = TypeVar("T")
Statement = Generator["Lock | None", None, T]


class Lock:
    """Held until the end of a transaction; the others wait in line."""

    __slots__ = ("owner", "table", "waiting")

    def __init__(self, table: str, owner: "Work") -> None:
        self.table = table
        self.owner = owner
        self.waiting: deque[tuple[Work, Callable[[], None]]] = deque()


class Store:
    """What is committed, and who is changing what."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, Row]] = {}
        self.locks: dict[Place, Lock] = {}
        self.running: dict[int, Work] = {}
        self.sequences: dict[str, int] = {}
        self.deadlocks: list[frozenset[str]] = []
        self._next_xid = 100
        self._frozen: set[str] = set()

    def table(self, name: str) -> dict[Key, Row]:
        """The committed rows; not to be changed."""
        return self.tables.setdefault(name, {})

    def snapshot(self) -> dict[str, dict[Key, Row]]:
        """The committed rows of this moment for as long as somebody wants to look at them."""
        self._frozen.update(self.tables)
        return dict(self.tables)

    def to_change(self, name: str) -> dict[Key, Row]:
        rows = self.table(name)
        if name in self._frozen:
            rows = self.tables[name] = dict(rows)
            self._frozen.discard(name)
        return rows

    def next_value(self, sequence: str) -> int:
        """As nextval: never given back, whatever becomes of the transaction."""
        value = self.sequences[sequence] = self.sequences.get(sequence, 0) + 1
        return value

    def assign_xid(self, work: "Work") -> int:
        xid = self._next_xid
        self._next_xid += 1
        self.running[xid] = work
        return xid

    @property
    def xmin(self) -> int:
        return min(self.running, default=self._next_xid)

    @property
    def xmax(self) -> int:
        return self._next_xid


class Work:
    """One open transaction."""

    def __init__(self, store: Store, *, snapshot: bool = False) -> None:
        self.store = store
        self.open = True
        self.failed = False
        self.waits_for: Lock | None = None
        self._xid: int | None = None
        self._written: dict[str, dict[Key, Row | None]] = {}
        self._locked: list[Place] = []
        self._seen = store.snapshot() if snapshot else None
        self._bounds = (store.xmin, store.xmax) if snapshot else None

    @property
    def xid(self) -> int:
        """As pg_current_xact_id."""
        if self._xid is None:
            self._xid = self.store.assign_xid(self)
        return self._xid

    @property
    def xmin(self) -> int:
        """As pg_snapshot_xmin(pg_current_snapshot()): below it every transaction has ended."""
        return self._bounds[0] if self._bounds else self.store.xmin

    @property
    def xmax(self) -> int:
        """As pg_snapshot_xmax(pg_current_snapshot())."""
        return self._bounds[1] if self._bounds else self.store.xmax

    def get(self, table: str, key: Key) -> Row | None:
        """A row as this transaction sees it now."""
        written = self._written.get(table)
        if written is not None and key in written:
            return written[key]
        return self._committed(table).get(key)

    def rows(self, table: str) -> Iterator[tuple[Key, Row]]:
        """All rows as this transaction sees them now."""
        written = self._written.get(table)
        for key, row in self._committed(table).items():
            if written is None or key not in written:
                yield key, row
        if written is not None:
            for key, mine in list(written.items()):
                if mine is not None:
                    yield key, mine

    def lock(self, table: str, key: Key) -> Statement[Row | None]:
        """As `select … for update` of one row: waits, then gives the row as it is now."""
        yield from self._take(table, key)
        return self.get(table, key)

    def insert(self, table: str, key: Key, row: Row) -> Statement[bool]:
        """As `insert … on conflict do nothing`; gives whether the row is ours."""
        while self.get(table, key) is None:
            if (yield from self._take(table, key)):
                continue  # somebody was before us: look again
            if self.get(table, key) is None:
                self._write(table, key, row)
                return True
        lock = self.store.locks.get((table, key))
        if lock is not None and lock.owner is not self and lock.owner.deletes(table, key):
            yield from self._take(table, key)
            return (yield from self.insert(table, key, row))
        return False

    def update(self, table: str, key: Key, **values: Any) -> Statement[bool]:
        """As `update … where key`: False when there is no such row."""
        if self.get(table, key) is None:
            return False
        row = yield from self.lock(table, key)
        if row is None:
            return False
        self._write(table, key, {**row, **values})
        return True

    def delete(self, table: str, key: Key) -> Statement[bool]:
        """As `delete … where key`: False when there is no such row."""
        if self.get(table, key) is None:
            return False
        if (yield from self.lock(table, key)) is None:
            return False
        self._write(table, key, None)
        return True

    def is_locked(self, table: str, key: Key) -> bool:
        """Whether somebody else holds the row: `skip locked` passes it over."""
        lock = self.store.locks.get((table, key))
        return lock is not None and lock.owner is not self

    def deletes(self, table: str, key: Key) -> bool:
        written = self._written.get(table, {})
        return key in written and written[key] is None

    def commit(self) -> None:
        for table, written in self._written.items():
            rows = self.store.to_change(table)
            for key, row in written.items():
                if row is None:
                    rows.pop(key, None)
                else:
                    rows[key] = row
        self.end()

    def end(self) -> None:
        """Commit's last part, and all of a rollback."""
        if not self.open:
            return
        self.open = False
        if self._xid is not None:
            del self.store.running[self._xid]
        self.give_up_waiting()
        for place in self._locked:
            lock = self.store.locks[place]
            if lock.waiting:
                lock.owner, go_on = lock.waiting.popleft()
                lock.owner.now_holds(place)
                go_on()
            else:
                del self.store.locks[place]

    def give_up_waiting(self) -> None:
        if self.waits_for is not None:
            waiting = self.waits_for.waiting
            for entry in [entry for entry in waiting if entry[0] is self]:
                waiting.remove(entry)
            self.waits_for = None

    def now_holds(self, place: Place) -> None:
        self._locked.append(place)
        self.waits_for = None

    def _committed(self, table: str) -> Mapping[Key, Row]:
        if self._seen is not None:
            return self._seen.get(table, {})
        return self.store.table(table)

    def _take(self, table: str, key: Key) -> Statement[bool]:
        """Lock a place; gives whether it had to wait."""
        place = (table, key)
        _ = self.xid  # a row lock is a write
        lock = self.store.locks.get(place)
        if lock is None:
            self.store.locks[place] = Lock(table, self)
            self._locked.append(place)
            return False
        if lock.owner is self:
            return False
        self._refuse_circle(table, lock)
        self.waits_for = lock
        yield lock
        return True

    def _refuse_circle(self, table: str, lock: Lock) -> None:
        tables = {table}
        seen: Lock | None = lock
        while seen is not None:
            tables.add(seen.table)
            if seen.owner is self:
                self.store.deadlocks.append(frozenset(tables))
                raise deadlock()
            seen = seen.owner.waits_for

    def _write(self, table: str, key: Key, row: Row | None) -> None:
        if self._seen is not None:
            raise AssertionError(f"a reading transaction writes {table}")
        self._written.setdefault(table, {})[key] = row
