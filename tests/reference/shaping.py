"""What is drawn at random, made well-formed: every model comes out sound, and without races.

Two elements that move in the same turn could write and read one variable in an order that only the
interpreter knows. So each script and output mapping writes a variable of its own, conditions read
only what outside answers bring, and what ends a scope early stands behind a wait; so does the call
of a process, which copies all that it sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from tests.reference.blocks import (
    EMPTY,
    Arm,
    Block,
    Boundary,
    Case,
    Catch,
    Choice,
    Content,
    Each,
    Fork,
    Freely,
    Gather,
    Handler,
    Model,
    Part,
    Race,
    Repeat,
    Rounds,
    Seq,
    Stop,
    Sub,
    Task,
    Throw,
    Thrown,
    Trigger,
    caught_by,
    everywhere,
    is_certain,
    relabelled,
)

C = TypeVar("C", Boundary, Handler)
K = TypeVar("K", Trigger, Catch)


@dataclass(frozen=True, slots=True)
class _Where:
    """What may stand at a place."""

    exits: bool = False
    """A token must be able to come out behind."""
    ends: bool = True
    """A token may end here: no parallel join waits for it."""
    guarded: bool = False
    """Inside an inclusive gateway: what cannot come to its join runs beside what follows it, and
    may meet itself in the next round of a loop."""
    cancels: bool = False
    """Inside a transaction."""
    compensates: bool = True
    """A throw here addresses the scope it stands in."""
    freely: bool = False
    """Inside an ad-hoc sub-process."""


def shaped(model: Model) -> Model:
    """Make a model well-formed and give every element its id."""
    return relabelled(replace(model, content=_content(model.content, _Where())))


def exits(block: Block) -> bool:  # noqa: PLR0911 - one case for each kind
    """Tell whether a path leads through a block to what follows it."""
    match block:
        case Stop():
            return False
        case Seq():
            return all(exits(one) for one in block.blocks)
        case Choice():
            paths = [case.path for case in block.cases]
            return any(map(exits, [*paths, block.default] if block.default else paths))
        case Fork():
            return any(map(exits, block.branches))
        case Race():
            return any(exits(arm.path) for arm in block.arms)
        case Repeat():
            return exits(block.body)
        case _:
            return True


def _content(content: Content, where: _Where) -> Content:
    handlers = _unlike(tuple(_handler(one) for one in content.handlers))
    if isinstance(content.main, Freely) and where.freely:
        return Content(main=_freely(content.main), handlers=handlers)
    main, *rest = _flat(content.main) or (EMPTY,)
    if isinstance(main, Gather):
        after = _block(Seq(blocks=tuple(rest)), where)
        shaped_main: Block = Seq(blocks=(_gather(main, where), *_flat(after)))
    else:
        shaped_main = _block(content.main, where)
    return Content(
        main=shaped_main,
        handlers=handlers,
    )


def _freely(freely: Freely) -> Freely:
    """Chains of activities that surely wait, without other ways out of them."""
    chains = []
    for chain in freely.chains:
        activities = (one for one in _flat(chain) if isinstance(one, Task | Sub))
        shaped_ones = tuple(_alone(_activity(one, _Where())) for one in activities)
        chains.append(Seq(blocks=shaped_ones or (Task(),)))
    begins = tuple(one for one in freely.begins if one < len(chains))
    collects = freely.collects and freely.how != "plain"
    return replace(freely, chains=tuple(chains), begins=begins, collects=collects)


def _alone(activity: Task | Sub) -> Task | Sub:
    """No path leads from it but to what comes after."""
    kept = [one for one in activity.boundaries if one.trigger.kind == "cancel"]
    each = activity.each
    if each is not None and not each.size:
        each = None
    if isinstance(each, Each):
        each = replace(each, behavior="All")
    bare = replace(activity, boundaries=tuple(replace(one, path=EMPTY) for one in kept), each=each)
    if isinstance(bare, Sub) and not isinstance(bare.content.main, Freely):
        bare = replace(bare, content=replace(bare.content, main=_waiting(bare.content.main)))
    return bare


def _handler(handler: Handler) -> Handler:
    content = _content(handler.content, _Where(compensates=False))
    return replace(handler, trigger=_trigger(handler.trigger), content=content)


def _trigger(trigger: Trigger) -> Trigger:
    trigger = _several(trigger)
    always = trigger.kind == "cancel" or any(kind == "error" for kind, _ in caught_by(trigger))
    return replace(trigger, interrupting=True) if always else trigger


def _several(catcher: K) -> K:
    """Several things are two at least; what is thrown is nothing that all of them wait for."""
    if catcher.kind == "multiple":
        is_deaf = catcher.every or isinstance(catcher, Catch)
        coded = ("error", "escalation") if is_deaf else ()
        parts = tuple(one for one in catcher.parts if one.kind not in coded)
        if len(parts) > 1:
            return replace(catcher, parts=parts)
    kind = "timer" if catcher.kind == "multiple" else catcher.kind
    return replace(catcher, kind=kind, parts=(), every=False)


def _unlike(catchers: Sequence[C]) -> tuple[C, ...]:
    """Of several catchers of one error at one place, keep the first."""
    kept: list[C] = []
    known: set[tuple[str, str | None]] = set()
    for one in catchers:
        trigger = _unknown(one.trigger, known)
        if trigger is not None:
            known.update(_coded(trigger))
            kept.append(replace(one, trigger=trigger))
    return tuple(kept)


def _coded(trigger: Trigger) -> tuple[tuple[str, str | None], ...]:
    return (("cancel", None),) if trigger.kind == "cancel" else caught_by(trigger)


def _unknown(trigger: Trigger, known: set[tuple[str, str | None]]) -> Trigger | None:
    """The trigger without what is caught already; None when nothing is left."""
    if trigger.kind != "multiple":
        return None if known.intersection(_coded(trigger)) else trigger
    parts: dict[object, Part] = {}
    for number, one in enumerate(trigger.parts):
        pair = (one.kind, one.code)
        if pair not in known:
            parts.setdefault(pair if one.kind in ("error", "escalation") else number, one)
    return _several(replace(trigger, parts=tuple(parts.values())))


# --- blocks ------------------------------------------------------------------------------------


def _block(block: Block, where: _Where) -> Block:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    match block:
        case Seq():
            return _seq(block.blocks, where)
        case Stop() | Throw():
            return _seq((block,), where)
        case Sub(kind="called"):
            return _seq((block,), where)
        case Choice():
            return _choice(block, where)
        case Fork():
            inner = replace(where, exits=True, ends=False)
            return replace(block, branches=tuple(_block(one, inner) for one in block.branches))
        case Freely():
            return _seq(block.chains, where)
        case Gather():
            return _block(Sub(content=Content(main=block)), where)
        case Race():
            paths = _one_exits(tuple(arm.path for arm in block.arms), where)
            arms = (
                Arm(catch=_several(arm.catch), path=path)
                for arm, path in zip(block.arms, paths, strict=True)
            )
            return replace(block, arms=tuple(arms))
        case Catch():
            return _several(block)
        case Repeat():
            return replace(block, body=_waiting(_block(block.body, replace(where, exits=True))))
        case Task() | Sub():
            return _activity(block, where)
        case _:
            return block


def _gather(block: Gather, where: _Where) -> Gather:
    """Every branch can come to the gateway, and none is there before the others have begun."""
    inner = replace(where, exits=True, ends=False)
    branches = tuple(_waiting(_block(one, inner)) for one in block.branches)
    return replace(block, branches=branches, need=min(block.need, len(branches)))


def _choice(block: Choice, where: _Where) -> Choice:
    paths = tuple(case.path for case in block.cases)
    if block.kind == "inclusive":
        inner = replace(where, exits=True, guarded=True)
        shaped_paths = tuple(_block(one, inner) for one in paths)
        default = None if block.default is None else _block(block.default, inner)
    else:
        shaped_paths = _one_exits(paths, where)
        free = replace(where, exits=False)
        default = None if block.default is None else _block(block.default, free)
    cases = zip(block.cases, shaped_paths, strict=True)
    cases_now = tuple(Case(test=case.test, path=path) for case, path in cases)
    return replace(block, cases=cases_now, default=default)


def _one_exits(paths: tuple[Block, ...], where: _Where) -> tuple[Block, ...]:
    """Of several ways, the first comes out if one must; the others may end."""
    free = replace(where, exits=False)
    return (_block(paths[0], where), *(_block(one, free) for one in paths[1:]))


def _seq(blocks: tuple[Block, ...], where: _Where) -> Block:
    """Flatten; what follows an end is cut off; an end stands behind a wait, or is left out."""
    flat = [one for block in blocks for one in _flat(block)]
    found: list[Block] = []
    for number, block in enumerate(flat):
        if isinstance(block, Stop):
            block = _all_thrown(block, where)  # noqa: PLW2901 - as it may stand here
            if not _may_stop(block, where):
                continue
            found += [*_wait_before(found), block]
            break
        if isinstance(block, Throw):
            block = _all_thrown(block, where)  # noqa: PLW2901 - as it may stand here
            if block.kind != "compensation" or where.compensates:
                found += [*_wait_before(found), block]
            continue
        inner = where if number == len(flat) - 1 else replace(where, exits=True)
        if isinstance(block, Sub) and block.kind == "called":
            found += [*_wait_before(found), _activity(block, inner)]
        else:
            found.extend(_flat(_block(block, inner)))
        if not exits(found[-1]):
            break
    if where.guarded and found and not exits(found[-1]):
        found = [_apart(one) for one in found]
    return (
        found[0] if len(found) == 1 and not isinstance(found[0], Stop) else Seq(blocks=tuple(found))
    )


T = TypeVar("T", Throw, Stop)


def _all_thrown(block: T, where: _Where) -> T:
    """What a multiple event throws where it stands: two things at least, one message at most."""
    if block.kind != "multiple":
        return replace(block, parts=())
    never = {"compensation"} if not where.compensates else set()
    if isinstance(block, Throw):
        never.add("error")
    kept: dict[object, Thrown] = {}
    for number, one in enumerate(block.parts):
        if one.kind not in never:
            kept.setdefault("message" if one.kind == "message" else number, one)
    if len(kept) > 1:
        return replace(block, parts=tuple(kept.values()))
    return replace(block, kind="signal", parts=())


def _may_stop(stop: Stop, where: _Where) -> bool:
    """Tell whether an end event may stand at a place; many leave a parallel join waiting."""
    if where.exits:
        return False
    match stop.kind:
        case "none" | "escalation" | "multiple" | "message" | "signal":
            return where.ends
        case "compensation":
            return where.ends and where.compensates
        case "cancel":
            return where.cancels
        case _:
            return True


def _wait_before(found: list[Block]) -> tuple[Block, ...]:
    return () if found and _ends_at_rest(found[-1]) else (Task(),)


def _flat(block: Block) -> tuple[Block, ...]:
    return (
        tuple(one for part in block.blocks for one in _flat(part))
        if isinstance(block, Seq)
        else (block,)
    )


def _activity(block: Task | Sub, where: _Where) -> Task | Sub:
    if isinstance(block, Sub):
        block = replace(block, kind=_kind(block))
    boundaries = _unlike(tuple(_boundary(one, where) for one in _hanging(block)))
    if isinstance(block, Task):
        block = replace(block, inputs=() if block.kind == "receive" else block.inputs)
        each = block.each if block.kind in ("service", "user") else None
        undo = None if each is not None and each.size == 0 else _undo(block.undo)
        return replace(block, boundaries=boundaries, each=each, undo=undo)
    if block.kind == "called":
        quiet: Sub = everywhere(block, _says_nothing)
        block = quiet
    inside = _Where(cancels=block.kind == "transaction", freely=block.kind == "adhoc")
    content = _content(block.content, inside)
    each = None if block.kind == "transaction" else block.each
    undo = None if each is not None and each.size == 0 else _undo(block.undo)
    many = each is not None and (
        each.until or isinstance(each, Rounds) or block.kind == "called" or each.behavior != "All"
    )
    if (undo is not None or many) and not isinstance(content.main, Freely):
        content = replace(content, main=_waiting(content.main))
    return replace(block, boundaries=boundaries, content=content, each=each, undo=undo)


def _kind(sub: Sub) -> Literal["embedded", "called", "transaction", "adhoc"]:
    """What has no flow but chains is an ad-hoc sub-process, and nothing else is."""
    if isinstance(sub.content.main, Freely):
        return "adhoc"
    return "embedded" if sub.kind == "adhoc" else sub.kind


def _says_nothing(node: Any) -> Any:
    """What is told to the caller, it hears before the called process has brought its results.

    Who hears it may run beside them, so nothing is told shortly before the end.
    """
    match node:
        case Throw(kind="escalation" | "multiple"):
            return Seq(blocks=(node, Task()))
        case Stop(kind="escalation" | "multiple"):
            return replace(node, kind="none", parts=())
        case Each():
            return replace(node, behavior="All")
        case _:
            return node


def _hanging(block: Task | Sub) -> tuple[Boundary, ...]:
    """A transaction, and nothing else, has a way out by cancel."""
    cancels = Boundary(trigger=Trigger(kind="cancel"), path=EMPTY)
    if isinstance(block, Sub) and block.kind == "transaction":
        return (*block.boundaries, cancels)
    return tuple(one for one in block.boundaries if one.trigger.kind != "cancel")


def _undo(task: Task | None) -> Task | None:
    return None if task is None else Task(writes=task.writes, inputs=task.inputs)


def _boundary(boundary: Boundary, where: _Where) -> Boundary:
    """A path that does not interrupt is a token of its own, and ends by itself."""
    trigger = _trigger(boundary.trigger)
    if trigger.interrupting:
        return Boundary(trigger=trigger, path=_block(boundary.path, replace(where, exits=False)))
    path = _seq((boundary.path,), _Where(compensates=where.compensates))
    alone = tuple(_apart(one) for one in _flat(path))
    return Boundary(trigger=trigger, path=Seq(blocks=_ended(alone)))


def _ended(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return (*blocks, Stop()) if exits(Seq(blocks=blocks)) else blocks


# --- joins and waits ---------------------------------------------------------------------------


def _apart(block: Block) -> Block:
    """Put what holds a join into a scope of its own, where two tokens never meet."""
    return Sub(content=Content(main=block)) if _joins(block) else block


def _joins(block: Block) -> bool:  # noqa: PLR0911 - one case for each kind
    """Tell whether a join stands in a block, in the same scope."""
    match block:
        case Fork() | Gather():
            return True
        case Choice():
            return block.kind == "inclusive" or any(map(_joins, paths_of(block)))
        case Seq():
            return any(map(_joins, block.blocks))
        case Race():
            return any(_joins(arm.path) for arm in block.arms)
        case Repeat():
            return _joins(block.body)
        case Task() | Sub():
            return any(_joins(one.path) for one in block.boundaries)
        case _:
            return False


def paths_of(block: Choice) -> list[Block]:
    paths = [case.path for case in block.cases]
    return paths if block.default is None else [*paths, block.default]


def _waiting(block: Block) -> Block:
    """Put a wait before everything else."""
    flat = _flat(block)
    return block if flat and _is_wait(flat[0]) else Seq(blocks=(Task(), *flat))


def _ends_at_rest(block: Block) -> bool:
    """Tell whether a token that leaves a block has rested since all else it did there."""
    if not isinstance(block, Race):
        return _is_wait(block)
    if not all(is_certain(arm.catch) for arm in block.arms):
        return False
    ways = [_flat(arm.path) for arm in block.arms]
    return all(not way or _ends_at_rest(way[-1]) for way in ways)


def _is_wait(block: Block) -> bool:
    """Tell whether a token surely comes to rest at a block."""
    match block:
        case Task():
            ways_out = (one.trigger for one in block.boundaries if one.trigger.interrupting)
            return all(map(is_certain, ways_out)) and (block.each is None or block.each.size > 0)
        case Catch():
            return is_certain(block)
        case Race():
            return all(is_certain(arm.catch) for arm in block.arms)
        case _:
            return False
