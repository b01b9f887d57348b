"""Where a deployment keeps anchors and keys, by its settings."""

from pathlib import Path

from infra.anchoring.folder import AnchorFolder
from infra.anchoring.keys import SigningKey, load_or_create_key, read_key
from infra.settings import Settings

KEY_FILE = "anchor_key.pem"
_FOLDER = "anchors"


def anchor_folder(settings: Settings) -> AnchorFolder:
    """The folder of anchors."""
    return AnchorFolder(settings.anchor_folder or settings.data_folder / _FOLDER)


def anchor_key(settings: Settings) -> SigningKey:
    """The key that signs anchors: the one that is named, or the data folder's own."""
    if settings.anchor_key is not None:
        return read_key(settings.anchor_key)
    return load_or_create_key(Path(settings.data_folder) / KEY_FILE)
