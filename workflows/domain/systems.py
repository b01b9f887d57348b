"""How an outside system fails, as every adapter reports it."""


class SystemUnavailable(Exception):
    """The system did not take the request: trying again is safe."""


class Undeliverable(Exception):
    """The system refused this addressee, or this message, for good: trying again is no use."""

    def __init__(self, response: str) -> None:
        super().__init__("The message was refused for good.")
        self.response = response
        """The system's own words: they may quote the address."""


class OutcomeUnknown(Exception):
    """The system may have taken the request: ask by key before sending anything again."""
