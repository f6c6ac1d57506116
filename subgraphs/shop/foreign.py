"""What belongs to other services: the shop knows the keys alone."""

import strawberry
from strawberry import federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet


@federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Customer:
    """A person or partner with an account."""

    id: strawberry.ID


@federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Model:
    """A 3D model."""

    id: strawberry.ID


@federation.type(keys=[Key(fields=FieldSet("code"), resolvable=False)])
class Material:
    """What a part is made of."""

    code: str


@federation.type(keys=[Key(fields=FieldSet("code"), resolvable=False)])
class Finish:
    """How its surface is treated."""

    code: str
