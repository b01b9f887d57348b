"""``baoquan agent``: an agent leaves, is looked at before and after."""

from pathlib import Path

from tests.api.cli.conftest import Baoquan, Server, read
from tests.builders.process import a_process

LEAVES = ("agent", "depart", "AG-S2-1", "--on", "2026-10-01", "--reason", "moved abroad")
AS = ("--as", "admin-1")


def test_an_agent_who_leaves_is_looked_at_told_and_followed(
    baoquan: Baoquan, server: Server, tmp_path: Path
):
    drawn = tmp_path / "orphan.bpmn"
    drawn.write_bytes(a_process("orphan_policy").start("s").end("e").xml())
    assert baoquan("deploy", str(drawn), "--as", "ops-1").exit_code == 0
    tried = baoquan(*LEAVES, "--dry-run", *AS).output
    nothing = baoquan("agent", "show", "AG-S2-1", *AS)

    left = read(baoquan(*LEAVES, "--json", *AS))
    shown = baoquan("agent", "show", "AG-S2-1", *AS).output

    assert tried.startswith("AG-S2-1 would leave on 2026-10-01: 1 policies\n")
    assert "to be told by 2026-10-31" in tried
    assert nothing.exit_code == 1
    assert (left["dryRun"], left["policies"]) == (False, 1)
    assert shown.startswith("AG-S2-1 left on 2026-10-01: 1 policies\n")
    query = "SELECT detail FROM audit WHERE action = 'agent.left'"
    assert "moved abroad" in str(server.hand.rows(query))


def test_without_a_reason_nobody_leaves(baoquan: Baoquan):
    assert baoquan(*LEAVES[:5], *AS).exit_code == 2
