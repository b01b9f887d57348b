"""Databases of their own for the tests of the verifier."""

from tests.infra.db.conftest import database, migrated

__all__ = ["database", "migrated"]
