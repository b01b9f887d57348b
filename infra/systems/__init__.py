"""Adapters to outside systems, and small real ones to run beside: a bank and a mailbox."""
