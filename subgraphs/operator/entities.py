"""What other services own and work orders point to."""

import strawberry
from strawberry import federation
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet


@federation.type(keys=[Key(fields=FieldSet("id"), resolvable=False)])
class Model:
    id: strawberry.ID


@federation.type(keys=[Key(fields=FieldSet("code"), resolvable=False)])
class Material:
    code: str


@federation.type(keys=[Key(fields=FieldSet("code"), resolvable=False)])
class Finish:
    code: str
