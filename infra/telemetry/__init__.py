"""What the running product tells of itself: traces, metrics, logs. Nothing personal in any."""
