"""The journal as event logs for process mining: XES (IEEE 1849) and CSV; nothing personal."""
