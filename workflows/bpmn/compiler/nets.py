"""Nets of places and transitions, and how they are made smaller without losing what can happen.

A transition that always can follow another is fired together with it, two that do the same are
one, and one that changes nothing belongs to its place. A drawing of nested blocks shrinks to a few
transitions. (T. Murata, "Petri Nets: Properties, Analysis and Applications", 1989, §V.)
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True, eq=False)
class Transition:
    """What moves tokens: it takes one from each place and puts one to each."""

    node: str = ""
    """The node that does something when it fires."""
    takes: tuple[str, ...] = ()
    """None: the scope begins here. A place named twice holds two tokens."""
    puts: frozenset[str] = frozenset()
    doubles: bool = False
    """It puts several tokens to each place."""
    passes: tuple[str, ...] = ()
    """Places that tokens come to and leave when it fires."""
    parts: "list[Transition]" = field(default_factory=list)
    """What it is made of, and fires with it."""

    def whole(self) -> "Iterator[Transition]":
        """Itself and all it is made of."""
        todo = [self]
        while todo:
            one = todo.pop()
            yield one
            todo += one.parts


class Net:
    """Transitions, by the places they take from and put to."""

    def __init__(self, transitions: Iterable[Transition]) -> None:
        self.transitions: dict[Transition, None] = {}
        self.consumers: dict[str, dict[Transition, None]] = {}
        self.producers: dict[str, dict[Transition, None]] = {}
        self.idle: dict[str, list[Transition]] = {}
        """By place: what changes nothing where a token stands there."""
        for one in transitions:
            self._add(one)

    def reduce(self) -> None:
        """Fire together what follows each other, until nothing more does."""
        todo = deque(self.transitions)
        while todo:
            one = todo.popleft()
            if one in self.transitions:
                todo.extend(self._smaller(one))

    def _smaller(self, one: Transition) -> list[Transition]:
        """Make one transition part of another; return what may shrink then."""
        if one.takes and one.takes == tuple(one.puts):
            return self._rest(one)
        twin = self._twin(one)
        if twin is not None:
            self._remove(one)
            twin.parts.append(one)
            return [twin, *self._around(twin.takes, twin.puts)]
        before = self._always_before(one)
        if before is not None:
            return self._follow(before, one)
        return self._renamed(one) if self._only_renames(one) else []

    def _rest(self, one: Transition) -> list[Transition]:
        (place,) = one.puts
        self._remove(one)
        self.idle.setdefault(place, []).append(one)
        return [*self.consumers[place], *self.producers[place]]

    def _twin(self, one: Transition) -> Transition | None:
        others = self.consumers.get(one.takes[0], {}) if one.takes else {}
        for other in others:
            same = other.takes == one.takes and other.puts == one.puts
            if other is not one and same and other.doubles == one.doubles:
                return other
        return None

    def _always_before(self, one: Transition) -> Transition | None:
        """Find the transition after which this one can fire, and never otherwise."""
        if not one.takes or len(set(one.takes)) < len(one.takes):
            return None
        before = next(iter(self.producers.get(one.takes[0], {})), None)
        if before is None or before is one or before.doubles or one.doubles:
            return None
        for place in one.takes:
            alone = [*self.producers.get(place, {})] == [before]
            if not alone or [*self.consumers[place]] != [one]:
                return None
        rest = before.puts - set(one.takes)
        return None if rest & one.puts else before

    def _follow(self, before: Transition, one: Transition) -> list[Transition]:
        self._remove(before)
        self._remove(one)
        both = Transition(
            takes=before.takes,
            puts=(before.puts - set(one.takes)) | one.puts,
            passes=one.takes,
            parts=[before, *self._passing(one)],
        )
        self._add(both)
        return [both, *self._around(both.takes, one.puts)]

    def _only_renames(self, one: Transition) -> bool:
        """Tell whether it moves every token of one place to a place that gets no others."""
        if len(one.takes) != 1 or len(one.puts) != 1 or one.doubles:
            return False
        (before,), (after,) = one.takes, one.puts
        alone = [*self.consumers[before]] == [one] and [*self.producers[after]] == [one]
        return alone and bool(self.producers.get(before))

    def _renamed(self, one: Transition) -> list[Transition]:
        """Let those that put to the first place put to the second."""
        (before,), (after,) = one.takes, one.puts
        self._remove(one)
        passing = self._passing(one)
        changed = [*self.producers[before]]
        for other in changed:
            self._remove(other)
            puts = (other.puts - {before}) | {after}
            self._add(
                Transition(
                    takes=other.takes,
                    puts=puts,
                    doubles=other.doubles,
                    passes=(before,),
                    parts=[other, *passing],
                )
            )
        return [*self.producers[after], *self.consumers.get(after, {})]

    def _passing(self, one: Transition) -> list[Transition]:
        """A transition, and what idles at the places it takes from, which go."""
        return [one, *(idle for place in one.takes for idle in self.idle.pop(place, []))]

    # --- keeping the books

    def _around(self, takes: Iterable[str], puts: Iterable[str]) -> list[Transition]:
        found = [other for place in takes for other in self.producers.get(place, {})]
        found += [other for place in takes for other in self.consumers.get(place, {})]
        return found + [other for place in puts for other in self.consumers.get(place, {})]

    def _add(self, one: Transition) -> None:
        self.transitions[one] = None
        for place in one.takes:
            self.consumers.setdefault(place, {})[one] = None
        for place in one.puts:
            self.producers.setdefault(place, {})[one] = None

    def _remove(self, one: Transition) -> None:
        del self.transitions[one]
        for place in one.takes:
            self.consumers[place].pop(one, None)
        for place in one.puts:
            self.producers[place].pop(one, None)
