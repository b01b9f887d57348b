"""Names of queues, workflow types, signals, updates and search attributes."""

CASE_QUEUE = "baoquan-cases"
"""Task queue of the case workflows and of every in-house activity."""

CASE_WORKFLOW = "ServicingCase"

COMPLETE_TASK = "complete_task"
CLAIM_TASK = "claim_task"
RESOLVE_INCIDENT = "resolve_incident"
CANCEL_CASE = "cancel_case"
DELIVER_MESSAGE = "deliver_message"
DELIVER_SIGNAL = "deliver_signal"
NOTE_REPLAY = "note_replay"
REPAIR_CASE = "repair_case"
"""Each is an update; ``complete_task`` and ``deliver_message`` exist as signals too, under
``<name>_signal``. The same validation meets both."""

SIGNAL_SUFFIX = "_signal"

JOURNAL_HEAD = "journal_head"
"""A query: where the case's journal stands."""

FORESEE_REPAIR = "foresee_repair"
"""A query: what would come of a repair."""

ESCALATE = "escalate"
"""A signal that a called process sends to its caller; nobody else does."""
STAND_STILL = "stand_still"
"""A signal that a caller sends to a called process; nobody else does."""

SEARCH_PROCESS = "BaoquanProcess"
SEARCH_VERSION = "BaoquanVersion"
SEARCH_INCIDENT = "BaoquanIncident"
"""Keyword, Int and Bool: set at start; the last is upserted when an incident opens or closes."""
