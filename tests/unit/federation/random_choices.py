"""What random models are made of, and the choices that all parts of the generator share."""

from __future__ import annotations

from random import Random
from typing import TypeVar

from tests.unit.federation.random_model import (
    WRAPPINGS,
    KeyModel,
    Model,
    Part,
)

ItemT = TypeVar("ItemT")
SCALARS = ["String", "String", "Int", "ID", "Float", "Boolean", "Json", "Color", "Shade"]
ARGUMENTS = [
    "(n: Int = 1)",
    "(n: Int!)",
    "(i: In)",
    "(c: Color = RED, l: [Int!])",
    "(j: Json, m: Mode)",
    "(i: In = {x: 1, z: [{x: 2}]}, ll: [[In!]])",
    "(b: Boolean, f: Float = 1.5, s: String, id: ID)",
]
ID_KEY = KeyModel((Part("id"),))
CODE_KEY = KeyModel((Part("code"),))
ORG_PARTS = (Part("org", parts=(Part("id"),)),)
DEEP_PARTS = (Part("org", parts=(Part("id"), Part("zone", parts=(Part("z"),)))),)
KEYS = [
    ID_KEY,
    CODE_KEY,
    KeyModel((Part("id"), Part("code"))),
    KeyModel(ORG_PARTS),
    KeyModel((Part("code"), *DEEP_PARTS)),
]
SPOT_PARTS = (Part("spot", parts=(Part("id"),)),)
KEY_TYPES = {"id": ("ID", "!"), "code": ("String", "!"), "org": ("Org", "!")}


class Choices:
    """Random choices that all parts of the generator make alike."""

    def __init__(self, random: Random, model: Model) -> None:
        self.random = random
        self.model = model

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def some(self, items: list[ItemT], least: int = 1) -> list[ItemT]:
        if not items:
            return []
        return self.random.sample(items, self.random.randint(min(least, len(items)), len(items)))

    def wrapping(self) -> str:
        return self.random.choice(WRAPPINGS)

    def style(self, subgraph: str) -> str:
        return self.model.styles[subgraph]
