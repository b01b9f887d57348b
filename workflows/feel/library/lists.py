"""Built-ins on lists."""

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from functools import cmp_to_key

from workflows.feel.arithmetic import operate, whole
from workflows.feel.environment import MAX_ITEMS, NUMBERS, Run
from workflows.feel.errors import FeelFault, FeelLimitError
from workflows.feel.library.table import Body, Overload, Table, takes
from workflows.feel.values import Function, Value, compare, every, key_of, same, some


def bounded_list(items: list[Value]) -> list[Value]:
    """Check that a list is not too long."""
    if len(items) > MAX_ITEMS:
        raise FeelLimitError(f"A list has at most {MAX_ITEMS} items.")
    return items


def _numbers(items: list[Value]) -> list[Decimal]:
    numbers = [item for item in items if isinstance(item, Decimal)]
    if len(numbers) != len(items):
        raise FeelFault("The list must hold numbers only.")
    return numbers


def _position(items: list[Value], position: Decimal, *, room: int = 0) -> int:
    """Turn a position, counted from 1 or back from the end, into an index."""
    number = whole(position)
    index = number - 1 if number > 0 else len(items) + number
    if number == 0 or not 0 <= index < len(items) + room:
        raise FeelFault(f"The list has no position {number}.")
    return index


def _extreme(wanted: int) -> Callable[[list[Value]], Value]:
    def choose(items: list[Value]) -> Value:
        if not items:
            return None
        best = items[0]
        for item in items:
            order = compare(item, best)
            if order is None:
                raise FeelFault("The items have no common order.")
            best = item if order * wanted > 0 else best
        return best

    return choose


def _sum(items: list[Value]) -> Value:
    if not items:
        return None
    total = items[0]
    if len(items) == 1 and not isinstance(total, Decimal):
        return operate("*", total, Decimal(1))
    for item in items[1:]:
        total = operate("+", total, item)
    return total


def _product(items: list[Value]) -> Value:
    total = Decimal(1)
    for number in _numbers(items):
        total = NUMBERS.multiply(total, number)
    return total if items else None


def _mean(items: list[Value]) -> Value:
    return operate("/", _sum(items), Decimal(len(items))) if items else None


def _median(items: list[Value]) -> Value:
    numbers = sorted(_numbers(items))
    if not numbers:
        return None
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return NUMBERS.divide(NUMBERS.add(numbers[middle - 1], numbers[middle]), Decimal(2))


def _stddev(items: list[Value]) -> Value:
    numbers = _numbers(items)
    if len(numbers) <= 1:
        return None
    mean = _mean(items)
    squares = [operate("*", gap, gap) for gap in (operate("-", one, mean) for one in numbers)]
    variance = operate("/", _sum(squares), Decimal(len(numbers) - 1))
    return NUMBERS.sqrt(variance) if isinstance(variance, Decimal) else None


def _mode(items: list[Value]) -> Value:
    counts: dict[Decimal, int] = {}
    for number in _numbers(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return [*sorted(number for number, count in counts.items() if count == most)]


def _truths(items: list[Value]) -> Iterable[bool | None]:
    return (item if isinstance(item, bool) else None for item in items)


def _all(items: list[Value]) -> Value:
    return every(_truths(items))


def _any(items: list[Value]) -> Value:
    return some(_truths(items))


def _sublist(items: list[Value], start: Decimal, length: Decimal | None) -> Value:
    first = _position(items, start)
    if length is None:
        return items[first:]
    count = whole(length)
    if count < 0 or first + count > len(items):
        raise FeelFault("The list has not so many items.")
    return items[first : first + count]


def _concatenate(run: Run, lists: list[Value]) -> list[Value]:
    joined: list[Value] = []
    for each in lists:
        joined.extend(each if isinstance(each, list) else [each])
        bounded_list(joined)
    run.spend(len(joined))
    return joined


def _insert(items: list[Value], position: Decimal, item: Value) -> Value:
    at = _position(items, position)
    return bounded_list([*items[:at], item, *items[at:]])


def _remove(items: list[Value], position: Decimal) -> Value:
    at = _position(items, position)
    return items[:at] + items[at + 1 :]


def _replace_at(items: list[Value], position: Decimal, item: Value) -> Value:
    at = _position(items, position)
    return [*items[:at], item, *items[at + 1 :]]


def _replace_where(run: Run, items: list[Value], match: Function, item: Value) -> Value:
    answers = [match.call(run, [each, item]) for each in items]
    if not all(isinstance(answer, bool) for answer in answers):
        raise FeelFault("The match must answer true or false.")
    return [item if answer else each for each, answer in zip(items, answers, strict=True)]


def _index_of(run: Run, items: list[Value], match: Value) -> Value:
    run.weigh(items)
    return [Decimal(at) for at, item in enumerate(items, 1) if same(item, match)]


def _contains(run: Run, items: list[Value], element: Value) -> bool:
    run.weigh(items)
    return any(same(item, element) for item in items)


def _distinct(run: Run, items: list[Value]) -> list[Value]:
    run.weigh(items)
    firsts: dict[Hashable, Value] = {}
    for item in items:
        firsts.setdefault(key_of(item), item)
    return list(firsts.values())


def _duplicates(run: Run, items: list[Value]) -> Value:
    run.weigh(items)
    counts: dict[Hashable, int] = {}
    for item in items:
        key = key_of(item)
        counts[key] = counts.get(key, 0) + 1
    return [item for item in _distinct(run, items) if counts[key_of(item)] > 1]


def _flatten(run: Run, items: list[Value]) -> Value:
    flat: list[Value] = []
    stack: list[Value] = [items]
    while stack:
        run.spend(1)
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        else:
            flat.append(item)
    return bounded_list(flat)


def _sort(run: Run, items: list[Value], precedes: Function | None) -> Value:
    def order(left: Value, right: Value) -> int:
        run.spend(1)
        if precedes is None:
            natural = compare(left, right)
            if natural is None:
                raise FeelFault("The items have no common order.")
            return natural
        if precedes.call(run, [left, right]) is True:
            return -1
        return 1 if precedes.call(run, [right, left]) is True else 0

    return sorted(items, key=cmp_to_key(order))


def _partition(items: list[Value], size: Decimal) -> Value:
    step = whole(size)
    if step < 1:
        raise FeelFault("A part has at least one item.")
    return [items[at : at + step] for at in range(0, len(items), step)]


def _list_or_items(body: Body) -> tuple[Overload, ...]:
    """Let a built-in take one list, or its items as arguments."""

    def of_items(items: list[Value]) -> Value:
        if len(items) == 1 and items[0] is None:
            raise FeelFault("The list is null.")
        return body(items)

    return takes("list: list", body), takes("list...: any", of_items)


BUILT_INS: Table = {
    "list contains": (takes("list: list, element: any", _contains, with_run=True),),
    "count": _list_or_items(lambda items: Decimal(len(items))),
    "min": _list_or_items(_extreme(-1)),
    "max": _list_or_items(_extreme(1)),
    "sum": _list_or_items(_sum),
    "product": _list_or_items(_product),
    "mean": _list_or_items(_mean),
    "median": _list_or_items(_median),
    "stddev": _list_or_items(_stddev),
    "mode": _list_or_items(_mode),
    "all": _list_or_items(_all),
    "and": _list_or_items(_all),
    "any": _list_or_items(_any),
    "or": _list_or_items(_any),
    "sublist": (takes("list: list, start position: number, length?: number", _sublist),),
    "append": (
        takes("list: list, items/item...: any", lambda items, more: bounded_list([*items, *more])),
    ),
    "concatenate": (takes("lists...: list", _concatenate, with_run=True),),
    "insert before": (takes("list: list, position: number, newItem: any", _insert),),
    "remove": (takes("list: list, position: number", _remove),),
    "list replace": (
        takes("list: list, position: number, newItem: any", _replace_at),
        takes("list: list, match: function, newItem: any", _replace_where, with_run=True),
    ),
    "reverse": (takes("list: list", lambda items: items[::-1]),),
    "index of": (takes("list: list, match: any", _index_of, with_run=True),),
    "union": (
        takes(
            "lists...: list",
            lambda run, lists: _distinct(run, _concatenate(run, lists)),
            with_run=True,
        ),
    ),
    "distinct values": (takes("list: list", _distinct, with_run=True),),
    "duplicate values": (takes("list: list", _duplicates, with_run=True),),
    "flatten": (takes("list: list", _flatten, with_run=True),),
    "sort": (takes("list: list, precedes?: function", _sort, with_run=True),),
    "partition": (takes("list: list, size: number", _partition),),
    "is empty": (takes("list/value: list|context|string", lambda items: not items),),
}
