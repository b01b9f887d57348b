"""How an outside system fails, as every adapter reports it."""


class SystemUnavailable(Exception):
    """The system did not take the request: trying again is safe."""


class OutcomeUnknown(Exception):
    """The system may have taken the request: ask by key before sending anything again."""
