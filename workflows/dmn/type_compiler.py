"""Item definitions from drawing to types: names resolved, allowed values parsed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from workflows.dmn.item_types import ANY, FUNCTION, ItemType, basic_type, list_of
from workflows.dmn.logic import Faulty
from workflows.dmn.model import FeelText, FunctionItem, ItemDefinition, Place
from workflows.dmn.sight import Findings, Sight
from workflows.feel import UnaryTests

_NO_NAMES: Final[frozenset[str]] = frozenset()


class Types:
    """The types of one model, its own and those it imports under a name."""

    def __init__(
        self,
        items: tuple[ItemDefinition, ...],
        imported: Mapping[str, "Types"],
        findings: Findings,
    ) -> None:
        self._items = {item.name: item for item in items}
        self._imported = imported
        self._findings = findings
        self._done: dict[str, ItemType] = {}
        self._open: set[str] = set()

    def resolve(self, reference: str | None, place: Place) -> ItemType | None:
        """Find a type by its reference; an unknown one is noted, and then nothing is checked."""
        if reference is None:
            return None
        found = self.find(reference)
        if found is None:
            message = f'The type "{reference}" is not known; values are not checked against it.'
            self._findings.add("type-unknown", message, place, severity="warning")
        return None if found is ANY else found

    def compile_all(self) -> None:
        """Compile every item definition, so that its faults are found though nobody uses it."""
        for name in self._items:
            self._named(name)

    def find(self, reference: str) -> ItemType | None:
        """Look among our own types, then the imported, then FEEL's own."""
        if reference in self._items:
            return self._named(reference)
        for name, types in self._imported.items():
            rest = reference.removeprefix(f"{name}.") if name else reference
            if (rest != reference or not name) and (found := types.find(rest)) is not None:
                return found
        local = reference.rpartition(":")[2]
        if local != reference and local in self._items:
            return self._named(local)
        return basic_type(reference) or basic_type(local)

    def _named(self, name: str) -> ItemType:
        done = self._done.get(name)
        if done is None:
            if name in self._open:
                # A type that holds itself: below this point its values are not checked.
                return ANY
            self._open.add(name)
            done = self._done[name] = self._compile(self._items[name])
            self._open.discard(name)
        return done

    def _compile(self, item: ItemDefinition) -> ItemType:
        one = self._one(item)
        allowed = self._tests(item.allowed_values, item.name)
        if allowed is not None:
            one = replace(one, name=item.name, allowed=(*one.allowed, allowed))
        if item.is_collection:
            one = list_of(one, name=item.name)
        constraint = self._tests(item.type_constraint, item.name)
        if constraint is None:
            return one
        return replace(one, name=item.name, allowed=(*one.allowed, constraint))

    def _one(self, item: ItemDefinition) -> ItemType:
        """Compile what a value, or each item of a collection, must be."""
        if item.function is not None:
            return self._function(item.name, item.function, item.place)
        if item.components:
            fields = tuple((part.name, self._compile(part)) for part in item.components)
            return ItemType(kind="context", name=item.name, fields=fields)
        return self.resolve(item.type_ref, item.place) or ANY

    def _function(self, name: str, function: FunctionItem, place: Place) -> ItemType:
        return ItemType(
            kind="basic",
            name=name,
            basic=FUNCTION,
            parameters=tuple(self.resolve(each, place) or ANY for each in function.parameters),
            output=self.resolve(function.output, place),
        )

    def _tests(self, source: FeelText | None, name: str) -> UnaryTests | None:
        if source is None or source.text.strip() in ("", "-"):
            return None
        sight = Sight(
            local=_NO_NAMES, members=_NO_NAMES, findings=self._findings, free=set(), owner=name
        )
        tests = sight.tests(source, f'allowed values of "{name}"')
        return None if isinstance(tests, Faulty) else tests
