"""Ids of what is numbered within an instance: tasks and incidents."""

MAX_DIGITS = 10
MAX_KEY = 2**31 - 1


def local_id(instance_id: str, key: int) -> str:
    """Return one id for something numbered within an instance, fit for a path."""
    return f"{instance_id.replace('/', ':')}~{key}"


def split_id(joined: str) -> tuple[str, int] | None:
    """Return instance id and number of a local id; None when it is not one."""
    instance, separator, key = joined.rpartition("~")
    is_number = key.isascii() and key.isdigit() and len(key) <= MAX_DIGITS
    if not separator or not is_number or int(key) > MAX_KEY:
        return None
    return instance.replace(":", "/"), int(key)
