"""What a case keeps: its state, limits, findings, tasks, anomalies and what came after it."""
