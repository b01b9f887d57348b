"""The database under a run can be killed, frozen, cut off and held, and comes back each time."""

from __future__ import annotations

import asyncio
import contextlib
import time

import asyncpg
import pytest

from infra.db.connections.away import NO_CONNECTION
from infra.db.migrations import upgrade_to_head
from tests.chaos.bases import base_of
from tests.cluster import CannotStart

pytestmark = [pytest.mark.slow]


@contextlib.asynccontextmanager
async def a_server(folder):
    try:
        async with base_of("postgresql", folder) as server:
            yield server
    except CannotStart as error:
        pytest.skip(f"no PostgreSQL for the tests: {error}")


async def answer(server, user="baoquan_app"):
    connection = await asyncpg.connect(
        host=str(server.cluster.folder), user=user, database="baoquan", timeout=5
    )
    try:
        return await connection.fetchval("SELECT count(*) FROM audit_heads")
    finally:
        await connection.close()


async def test_a_server_comes_back_from_whatever_strikes_it(tmp_path):
    async with a_server(tmp_path) as server:
        await asyncio.to_thread(upgrade_to_head, server.owned)
        working = await server.open_up(server.owned)
        assert "baoquan_app@" in working

        await server.strike("kill", 0.1)
        with pytest.raises((OSError, asyncpg.PostgresError)):
            await answer(server)
        await server.ready()
        assert await answer(server) == 0

        for kind in ("freeze", "lock"):
            striking = asyncio.create_task(server.strike(kind, 0.5))
            await asyncio.sleep(0.2)
            asked = asyncio.create_task(answer(server))
            assert not (await asyncio.wait({asked}, timeout=0.1))[0], f"{kind} holds it"
            await striking
            assert await asked == 0

        connection = await asyncpg.connect(
            host=str(server.cluster.folder), user="baoquan_app", database="baoquan"
        )
        await server.strike("cut", 1.0)
        with pytest.raises(NO_CONNECTION):
            await connection.fetchval("SELECT 1")
        assert await server.left_behind() == []


async def test_a_file_is_held_for_as_long_as_it_is_said(tmp_path):
    async with base_of("sqlite", tmp_path) as file:
        begun = time.monotonic()

        await file.strike("lock", 0.2)

        assert time.monotonic() - begun >= 0.2
