"""All documents of the consoles, for the gateway that trusts them.

`python -m ui.manifest` prints them as a file that a gateway of another release can read.
"""

import json
from collections.abc import Iterator
from types import ModuleType

import ui.crm.delivery.documents
import ui.crm.documents
import ui.crm.offers.documents
import ui.crm.pricebook.documents
import ui.documents
import ui.editor.documents
import ui.operator.documents
import ui.shop.documents
from ui.document import Document

_MODULES = (
    ui.documents,
    ui.crm.documents,
    ui.crm.delivery.documents,
    ui.crm.offers.documents,
    ui.crm.pricebook.documents,
    ui.editor.documents,
    ui.operator.documents,
    ui.shop.documents,
)


def manifest() -> dict[str, str]:
    """The text of every document that the consoles ask with, by its id."""
    return {document.id: document.text for module in _MODULES for document in _documents(module)}


def _documents(module: ModuleType) -> Iterator[Document]:
    for value in vars(module).values():
        values = value.values() if isinstance(value, dict) else (value,)
        yield from (one for one in values if isinstance(one, Document))


if __name__ == "__main__":
    print(json.dumps(manifest(), indent=2))
