"""What a resolver knows of its request."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from shared.identity import Identity
from shared.service import Runtime

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass
class Context:
    """One for each request. `identity` was verified; rules are asked of it, never of the input.

    `runtime` is the service's own: its database, storage, queue and settings.
    """

    identity: Identity
    request_id: str
    runtime: Runtime
    _loaders: dict[str, DataLoader[Any, Any]] = field(default_factory=dict)

    def loader(
        self, name: str, load: Callable[[Sequence[Key]], Awaitable[Sequence[Value]]]
    ) -> DataLoader[Key, Value]:
        """This request's batching loader called `name`; `load` gives one value a key, in order."""
        if name not in self._loaders:

            async def batch(keys: list[Key]) -> list[Value]:
                return list(await load(keys))

            self._loaders[name] = DataLoader(load_fn=batch)
        return self._loaders[name]

    def forget(self) -> None:
        """Load everything anew, as a subscription has to before each of its events."""
        self._loaders.clear()


Info = strawberry.Info[Context, None]
