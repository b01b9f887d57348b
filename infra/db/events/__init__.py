"""What begins cases and reaches them: acceptance, starts, messages, signals, locks."""
