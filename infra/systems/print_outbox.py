"""Letters on paper: a folder from which a printer, or a print house, takes what it is to post.

Each letter is two files of one name: ``.pdf`` what is printed, ``.txt`` the address label. The
label is written last: where it stands, the letter is whole.
"""

import asyncio
import hashlib
import os
from pathlib import Path

from workflows.domain.records import MailReceipt, PaperLetter
from workflows.domain.systems import SystemUnavailable


class PrintOutbox:
    """A folder of letters to be posted, each once by its message id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def hand_over(self, letter: PaperLetter) -> MailReceipt:
        """Put a letter into the folder; raises SystemUnavailable where it cannot be written."""
        try:
            name = await asyncio.to_thread(self._put, letter)
        except OSError as error:
            raise SystemUnavailable(f"The letter was not taken: {type(error).__name__}.") from None
        return MailReceipt(message_id=letter.message_id, response=f"to be posted: {name}")

    def _put(self, letter: PaperLetter) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]
        self._write(f"{name}.pdf", letter.pdf)
        self._write(f"{name}.txt", f"{letter.addressee}\n{letter.address}\n".encode())
        return name

    def _write(self, name: str, content: bytes) -> None:
        draft = self.folder / f".{name}.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / name)
