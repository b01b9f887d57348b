"""What comes from a server is shown, never obeyed: no control character reaches the terminal."""

import unicodedata

_STEERING = ("Cc", "Cf", "Zl", "Zp")


def visible(text: str) -> str:
    """Return a text on one line, with whatever would steer a terminal written out."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in _STEERING
        else character
        for character in text
    )
