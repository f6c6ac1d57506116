"""The operations that the gateway knows from the start: those of the consoles, and of others."""

from collections.abc import Iterable
from pathlib import Path

from gateway.edge.graphql.documents import ManifestError, read_manifest
from partline.wiring.errors import WrongSettingError
from ui.manifest import manifest


def trusted_documents(files: Iterable[Path]) -> dict[str, str]:
    """The consoles' documents and those of the manifests in `files`, by id.

    Raises WrongSettingError for a file that is no manifest.
    """
    documents = manifest()
    for file in files:
        try:
            documents |= read_manifest(file.read_bytes())
        except (OSError, ManifestError) as error:
            raise WrongSettingError(f"PARTLINE_TRUSTED_DOCUMENTS: {file}: {error}") from error
    return documents
