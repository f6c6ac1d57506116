"""What can be ordered: the ready-made parts, and new files that nobody has sent before."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from partline.demo.outcome import OutOfReach
from partline.demo.part import draw_part
from tests.torture.chaos.traffic import documents
from tests.torture.chaos.traffic.person import Person

_HEADER_BYTES = 80
_FRESH = 0.08
ADDRESS = {
    "name": "Dana Demo",
    "street": "Workshop Lane 4",
    "city": "Hamburg",
    "postalCode": "20095",
    "country": "DE",
}


@dataclass(frozen=True, slots=True)
class Goods:
    """`models` are the catalogue's; `stl` is a part that becomes a new one by its header."""

    models: Sequence[str]
    materials: Sequence[tuple[str, str]]
    stl: bytes

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "Goods":
        return cls(
            models=[product["model"]["id"] for product in answer["products"]],
            materials=[
                (material["code"], finish["code"])
                for material in answer["materials"]
                if material["code"] in {"PLA", "PETG", "ABS"}
                for finish in material["finishes"][:2]
            ],
            stl=draw_part("ring").content,
        )

    async def line(self, person: Person, *, fresh: bool = False) -> dict[str, object]:
        """What a person orders: mostly something known, now and then or `fresh` a new upload."""
        chance = person.chance
        fresh = chance.random() < _FRESH or fresh
        model = await self._upload(person) if fresh else chance.choice(self.models)
        material, finish = chance.choice(self.materials)
        return {
            "modelId": model,
            "material": material,
            "finish": finish,
            "quantity": chance.choice((1, 1, 2, 5, 20)),
        }

    async def _upload(self, person: Person) -> str:
        """The id of a model that is sent and not yet checked: orders may be begun with it."""
        content = _new_file(self.stl, person.chance)
        name = f"part-{person.chance.randrange(10**6)}.stl"
        key = f"upload-{person.chance.getrandbits(64):016x}"
        created = await person.act(
            *("createUpload", key, documents.CREATE_UPLOAD),
            name=name,
            size=len(content),
            idempotencyKey=key,
        )
        await person.until_answered(lambda: _put(person, created, content))
        model = str(created["model"]["id"])
        await person.act("completeUpload", model, documents.COMPLETE_UPLOAD, id=model)
        return model


def _new_file(stl: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(_HEADER_BYTES).replace(b"solid", b"liquid")[:_HEADER_BYTES] + stl[80:]


async def _put(person: Person, created: dict[str, Any], content: bytes) -> None:
    headers = {header["name"]: header["value"] for header in created["headers"]}
    try:
        async with person.gateway.http.request(
            created["method"], created["url"], data=content, headers=headers
        ) as response:
            if response.status != 200:
                raise OutOfReach(f"storage answers {response.status}")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise OutOfReach(str(error)) from error
