"""Everything on one machine: child processes, a sample policy book, a working day."""
