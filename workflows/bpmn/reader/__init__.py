"""XML to model, by tables of element readers."""

from workflows.bpmn.reader.definitions import MAX_ELEMENTS, MAX_PARTS, Reading, read_definitions
from workflows.bpmn.reader.source import READER_CODES

__all__ = ["MAX_ELEMENTS", "MAX_PARTS", "READER_CODES", "Reading", "read_definitions"]
