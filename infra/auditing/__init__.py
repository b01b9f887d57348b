"""Verification of the audit trail from outside: database or export against anchors and a key."""
