"""What BPMN 2.0.2 asks of every element at every position: a scenario for each cell of the matrix.

``matrix`` holds the cells. ``events``, ``throwing``, ``tasks``, ``gateways``, ``scopes``, ``loops``
and ``data`` hold the scenarios, written from the text of the standard: each names its clause and
says in our words what it asks. ``python -m tests.standard`` writes the table of ``docs/bpmn.md``.
"""
