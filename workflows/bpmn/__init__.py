"""BPMN: read a drawing, compile it, step it."""
