"""Programs are got ready once, however often a workflow task has no more time to wait for them."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from workflows.bpmn.deployment import compile_bundle
from workflows.host.programs import Programs, ProgramUnavailable

MODEL = Path(__file__).parents[2] / "workflows/processes/servicing_consent/servicing_consent.bpmn"
FILES = {MODEL.name: MODEL.read_bytes()}
HASH = compile_bundle(FILES).hash
INSTANTLY = 0.01


class Store:
    """A slow store of bundles."""

    def __init__(self, **files):
        self.files = files
        self.answers = Event()
        self.asked = 0

    def __call__(self, program_hash):
        self.asked += 1
        assert self.answers.wait(30)
        return self.files.get(program_hash)


def test_a_bundle_that_outlasts_a_tasks_patience_is_not_begun_anew():
    store, programs = Store(**{HASH: FILES}), Programs()
    programs.install(store)
    for _ in range(3):
        with pytest.raises(ProgramUnavailable, match="being got ready"):
            programs.bundle(HASH, INSTANTLY)

    store.answers.set()

    assert "servicing_consent" in programs.bundle(HASH)
    assert programs.bundle(HASH) is programs.bundle(HASH, INSTANTLY)
    assert store.asked == 1


def test_what_could_not_be_loaded_is_asked_for_again():
    store, programs = Store(), Programs()
    store.answers.set()
    programs.install(store)
    with pytest.raises(ProgramUnavailable, match="found none"):
        programs.bundle(HASH)

    store.files[HASH] = FILES

    assert "servicing_consent" in programs.bundle(HASH)


def test_another_store_knows_nothing_of_what_the_one_before_was_loading():
    slow, programs = Store(), Programs()
    programs.install(slow)
    with pytest.raises(ProgramUnavailable):
        programs.bundle(HASH, INSTANTLY)
    other = Store(**{HASH: FILES})
    other.answers.set()

    programs.install(other)
    slow.answers.set()

    assert "servicing_consent" in programs.bundle(HASH)
