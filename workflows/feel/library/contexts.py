"""Built-ins on contexts."""

from workflows.feel.environment import MAX_ITEMS, Run
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.library.table import Table, takes
from workflows.feel.values import Value

Context = dict[str, Value]


def _get(context: Context, key: str) -> Value:
    return context.get(key)


def _get_path(context: Context, keys: list[Value]) -> Value:
    found: Value = context
    for key in keys:
        if not isinstance(key, str):
            raise FeelFault("A key is a text.")
        if not isinstance(found, dict) or key not in found:
            return None
        found = found[key]
    return found if keys else None


def _entries(context: Context) -> Value:
    return [{"key": key, "value": value} for key, value in context.items()]


def _put(context: Context, key: str, value: Value) -> Context:
    if key not in context and len(context) >= MAX_ITEMS:
        raise FeelLimitError(f"A context has at most {MAX_ITEMS} entries.")
    return {**context, key: value}


def _put_path(run: Run, context: Context, keys: list[Value], value: Value) -> Value:
    run.spend(1)
    if not keys:
        raise FeelFault("The list of keys is empty.")
    key = keys[0]
    if not isinstance(key, str):
        raise FeelFault("A key is a text.")
    if len(keys) == 1:
        return _put(context, key, value)
    inner = context.get(key)
    if inner is None:
        inner = {}
    if not isinstance(inner, dict):
        raise FeelFault(f"The entry '{key[:40]}' is no context.")
    return _put(context, key, _put_path(run, inner, keys[1:], value))


def _merge(contexts: list[Value]) -> Value:
    merged: Context = {}
    for each in contexts:
        if not isinstance(each, dict):
            raise FeelFault("Only contexts can be merged.")
        merged |= each
        if len(merged) > MAX_ITEMS:
            raise FeelLimitError(f"A context has at most {MAX_ITEMS} entries.")
    return merged


def _context(entries: list[Value]) -> Value:
    made: Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            raise FeelFault("An entry is a context of a key and a value.")
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            raise FeelFault("The key of an entry is a text of its own.")
        made[key] = entry["value"]
    return made


BUILT_INS: Table = {
    "get value": (
        takes("m/context: context, key: string", _get),
        takes("context/m: context, keys: list", _get_path),
    ),
    "get entries": (takes("m/context: context", _entries),),
    "context put": (
        takes("context: context, key: string, value: any", _put),
        takes("context: context, keys: list, value: any", _put_path, with_run=True),
    ),
    "put": (
        takes("context: context, key: string, value: any", _put),
        takes("context: context, keys: list, value: any", _put_path, with_run=True),
    ),
    "context merge": (
        takes("contexts: list", _merge),
        takes("contexts...: context", _merge),
    ),
    "put all": (takes("contexts: list", _merge), takes("contexts...: context", _merge)),
    "context": (takes("entries: list", _context),),
}
