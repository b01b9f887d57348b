"""Chaos: a load of cases, processes that die or freeze, and invariants judged afterwards."""
