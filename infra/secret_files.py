"""Files for the owner's eyes only: mode 0600, on disk before they are read, never half there."""

import os
import secrets
from pathlib import Path


def write_once(path: Path, text: str) -> None:
    """Write a file unless it is there; of several writers the first wins."""
    draft = _draft(path, text)
    try:
        os.link(draft, path)  # atomic: nobody overwrites
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(path.parent)


def replace(path: Path, text: str) -> None:
    """Put a new content in a file's place; a reader sees the old one or the new one."""
    _draft(path, text).replace(path)
    _sync(path.parent)


def _draft(path: Path, text: str) -> Path:
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
