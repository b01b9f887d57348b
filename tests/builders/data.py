"""BPMN data in XML: what stands inside an element, and in a scope."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from tests.builders.process import ProcessBuilder, attributes


def data_object(identity: str, name: str | None = None, *, many: bool = False) -> str:
    """A data object and a reference to it, ``<identity>_ref``."""
    flag = attributes({"id": identity, "name": name, "isCollection": True if many else None})
    reference = attributes({"id": f"{identity}_ref", "dataObjectRef": identity})
    return f"<bpmn:dataObject{flag}/><bpmn:dataObjectReference{reference}/>"


def data_store(identity: str, name: str | None = None, **more: object) -> tuple[str, str]:
    """A data store at the root, and a reference to it, ``<identity>_ref``."""
    root = attributes({"id": identity, "name": name, **more})
    reference = attributes({"id": f"{identity}_ref", "dataStoreRef": identity})
    return f"<bpmn:dataStore{root}/>", f"<bpmn:dataStoreReference{reference}/>"


def with_store(model: ProcessBuilder, name: str = "book", **more: object) -> ProcessBuilder:
    """Draw a data store with the id ``S`` in a process."""
    root, reference = data_store("S", name, **more)
    return model.root(root).drawn(reference)


def moves(
    side: str,
    sources: Sequence[str],
    target: str,
    *,
    by: str | None = None,
    assign: Mapping[str, str] | None = None,
) -> str:
    """An association: ``side`` is Input or Output; ``assign`` goes from target path to source."""
    parts = "".join(f"<bpmn:sourceRef>{one}</bpmn:sourceRef>" for one in sources)
    parts += f"<bpmn:targetRef>{target}</bpmn:targetRef>"
    if by is not None:
        parts += f"<bpmn:transformation>{escape(by)}</bpmn:transformation>"
    for path, value in (assign or {}).items():
        parts += (
            f"<bpmn:assignment><bpmn:from>{escape(value)}</bpmn:from>"
            f"<bpmn:to>{escape(path)}</bpmn:to></bpmn:assignment>"
        )
    return f"<bpmn:data{side}Association>{parts}</bpmn:data{side}Association>"


def takes(source: str, target: str, **how: object) -> str:
    return moves("Input", [source], target, **how)  # type: ignore[arg-type]


def gives(source: str, target: str, **how: object) -> str:
    return moves("Output", [source], target, **how)  # type: ignore[arg-type]


def a_set(side: str, *items: str, optional: Sequence[str] = (), **more: str) -> str:
    """An input or output set; ``more`` are its id and partners (``outputSetRefs``…)."""
    refs = "".join(f"<bpmn:data{side}Refs>{one}</bpmn:data{side}Refs>" for one in items)
    refs += "".join(f"<bpmn:optional{side}Refs>{one}</bpmn:optional{side}Refs>" for one in optional)
    identity = attributes({"id": more.pop("id", None)})
    refs += "".join(f"<bpmn:{name}>{value}</bpmn:{name}>" for name, value in more.items())
    return f"<bpmn:{side.lower()}Set{identity}>{refs}</bpmn:{side.lower()}Set>"


def specification(inputs: Sequence[str] = (), outputs: Sequence[str] = (), sets: str = "") -> str:
    """An ioSpecification with inputs and outputs by id; one set of all of them if none is given."""
    items = "".join(f"<bpmn:dataInput{attributes({'id': one})}/>" for one in inputs)
    items += "".join(f"<bpmn:dataOutput{attributes({'id': one})}/>" for one in outputs)
    sets = sets or a_set("Input", *inputs) + a_set("Output", *outputs)
    return f"<bpmn:ioSpecification>{items}{sets}</bpmn:ioSpecification>"
