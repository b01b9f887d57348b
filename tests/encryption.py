"""The payload keys of this test run: every server a test talks to holds nothing in clear."""

import tempfile
from pathlib import Path

from infra.payload_codec import EncryptingCodec
from infra.payload_keys import FILE_NAME, KeyFile
from infra.secret_files import write_once


class _Remembered(KeyFile):
    """Keys whose file is gone: nothing of a test run lies about, and nobody rotates them."""

    def _look(self) -> None:
        pass


with tempfile.TemporaryDirectory(prefix="baoquan-keys-") as _folder:
    KEYS = _Remembered.opened(Path(_folder) / FILE_NAME)
    _TEXT = KEYS.path.read_text()
CODEC = EncryptingCodec(KEYS, namespace="default")


def give_keys(folder: Path) -> None:
    """Give a data folder the keys of this test run, as if they had been made at its set-up."""
    write_once(folder / FILE_NAME, _TEXT)
