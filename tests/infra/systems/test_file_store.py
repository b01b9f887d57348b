import hashlib
from pathlib import Path

import pytest

from infra.systems.file_store import FileStore


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_was_put_is_got_back(tmp_path: Path):
    store = FileStore(tmp_path)

    file = await store.put("保全".encode(), media_type="text/plain")

    assert file.sha256 == hashlib.sha256("保全".encode()).hexdigest()
    assert await store.get(file.ref) == "保全".encode()


async def test_the_same_bytes_are_kept_once(tmp_path: Path):
    store = FileStore(tmp_path)

    first = await store.put(b"x", media_type="text/plain")
    second = await store.put(b"x", media_type="text/plain")

    assert first == second
    assert len(files(tmp_path)) == 1


async def test_a_changed_file_is_not_given_out(tmp_path: Path):
    store = FileStore(tmp_path)
    file = await store.put(b"x", media_type="text/plain")
    (tmp_path / file.sha256[:2] / file.sha256).write_bytes(b"y")

    with pytest.raises(OSError, match="Expected the content"):
        await store.get(file.ref)


@pytest.mark.parametrize("ref", ["../etc/passwd", "sha256:../../x", "", "sha256:" + "A" * 64])
async def test_a_reference_that_is_no_hash_opens_nothing(tmp_path: Path, ref: str):
    with pytest.raises(ValueError, match="Expected a SHA-256"):
        await FileStore(tmp_path).get(ref)
