"""The payload codec: nothing in clear, nothing from elsewhere, nothing without its key."""

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    NexusSerializationContext,
    WorkflowSerializationContext,
)

from infra.db.connections.field_keys import NAMED_BY
from infra.payload_codec import (
    ENCODING,
    EncryptingCodec,
    EncryptingDataConverter,
    PayloadRefused,
    deployment_codec,
)
from infra.payload_keys import FILE_NAME, KeyFile
from infra.settings import Settings
from infra.temporal import data_converter

PERSON = "张三 110101199003077774"


@pytest.fixture
def keys(tmp_path) -> KeyFile:
    return KeyFile.opened(tmp_path / FILE_NAME)


@pytest.fixture
def codec(keys) -> EncryptingCodec:
    return EncryptingCodec(keys, namespace="default")


def of(codec: EncryptingCodec, workflow_id: str) -> EncryptingCodec:
    return codec.with_context(WorkflowSerializationContext("default", workflow_id))


def of_activity(codec: EncryptingCodec, workflow_id: str | None) -> EncryptingCodec:
    return codec.with_context(
        ActivitySerializationContext("default", "1", "t", "q", workflow_id, "w", is_local=True)
    )


def a_payload(text: str = PERSON) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=text.encode())


async def sealed(codec: EncryptingCodec, payload: Payload | None = None) -> Payload:
    [encrypted] = await codec.encode([payload or a_payload()])
    return encrypted


# --- what is written ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 599, 600, 601, 10_000, 2_000_000])
async def test_what_was_written_is_read(codec, size):
    given = a_payload("x" * size)

    assert await of(codec, "A").decode([await sealed(of(codec, "A"), given)]) == [given]


async def test_nothing_is_in_clear_but_how_to_decrypt(codec, keys):
    written = await sealed(of(codec, "BQ-1"))

    assert dict(written.metadata) == {"encoding": ENCODING, "key-id": keys.ring.active.id.encode()}
    for clear in (PERSON.encode(), b"json/plain", b"BQ-1"):
        assert clear not in written.SerializeToString()


async def test_the_same_content_is_never_written_alike(codec):
    written = {(await sealed(codec)).data for _ in range(100)}

    assert len(written) == 100
    assert len({data[:12] for data in written}) == 100


async def test_what_repeats_itself_shrinks(codec):
    journal = a_payload('{"kind": "elementActivated", "element": "check_policy"},' * 100)

    assert len((await sealed(codec, journal)).data) < len(journal.data) / 10


# --- what is refused ---------------------------------------------------------------------------


async def refusal(codec: EncryptingCodec, payload: Payload) -> str:
    with pytest.raises(PayloadRefused) as caught:
        await codec.decode([payload])
    assert PERSON not in str(caught.value)
    return str(caught.value)


async def test_a_payload_of_another_case_is_refused(codec):
    copied = await sealed(of(codec, "BQ-1"))

    assert "copied" in await refusal(of(codec, "BQ-2"), copied)
    assert "copied" in await refusal(of(codec, "BQ-11"), copied)
    assert "copied" in await refusal(of_activity(codec, "BQ-2"), copied)


async def test_a_payload_of_no_workflow_is_refused_where_one_is_known(codec):
    unbound = await sealed(codec)

    assert "copied" in await refusal(of(codec, "BQ-1"), unbound)
    assert await codec.decode([unbound]) == [a_payload()]


async def test_an_activity_reads_its_workflow(codec):
    written = await sealed(of(codec, "BQ-1"))

    assert await of_activity(codec, "BQ-1").decode([written]) == [a_payload()]
    assert await of(codec, "BQ-1").decode([await sealed(of_activity(codec, "BQ-1"))])


async def test_a_called_process_reads_its_caller_and_not_the_other_way_round(codec):
    assert await of(codec, "BQ-1/pay/7").decode([await sealed(of(codec, "BQ-1"))])
    assert "copied" in await refusal(of(codec, "BQ-1"), await sealed(of(codec, "BQ-1/pay/7")))


async def test_a_run_of_a_schedule_reads_its_schedule_and_nobody_else_does(codec):
    planned = await sealed(of(codec, "nightly"))

    assert await of(codec, "nightly-2026-10-12T01:00:00Z").decode([planned])
    assert "copied" in await refusal(of(codec, "nightly-2"), planned)


async def test_contexts_without_a_workflow_bind_to_none(codec):
    nexus = NexusSerializationContext(endpoint="e", service="s", operation="o")
    for unbound in (codec.with_context(nexus), of_activity(codec, None)):
        assert codec.open(await sealed(unbound)).workflow_id == ""


async def test_a_payload_of_another_namespace_is_refused(codec, keys):
    elsewhere = EncryptingCodec(keys, namespace="elsewhere")

    assert "another namespace" in await refusal(elsewhere, await sealed(codec))


async def test_a_payload_in_clear_is_refused(codec):
    assert "not encrypted" in await refusal(codec, a_payload())
    assert "not encrypted" in await refusal(codec, Payload(data=b"x"))


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
async def test_a_damaged_payload_is_refused(codec, place):
    written = await sealed(codec)
    data = bytearray(written.data)
    data[place] ^= 1
    written.data = bytes(data)

    assert "damaged" in await refusal(codec, written)


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 12, b"x" * 27])
async def test_a_truncated_payload_is_refused(codec, data):
    written = await sealed(codec)
    written.data = data

    assert "damaged" in await refusal(codec, written)


async def test_a_key_id_that_was_changed_is_refused(codec, keys):
    written = await sealed(codec)
    written.metadata["key-id"] = keys.rotate().id.encode()

    assert "damaged" in await refusal(codec, written)


async def test_a_lost_key_is_named(codec, keys):
    written = await sealed(codec)
    lost = keys.ring.active.id
    keys.rotate()
    keys.retire(lost)

    reason = await refusal(codec, written)

    assert lost in reason
    assert "put the key back" in reason


# --- rotation ----------------------------------------------------------------------------------


async def test_three_keys_read_side_by_side(codec, keys):
    written = [await sealed(codec)]
    for _ in range(2):
        keys.rotate()
        written.append(await sealed(codec))

    assert len({payload.metadata["key-id"] for payload in written}) == 3
    assert await codec.decode(written) == [a_payload()] * 3


# --- in the SDK's hands ------------------------------------------------------------------------


async def test_the_converter_binds_its_codec_and_makes_nothing_else_anew(codec):
    converter = data_converter(codec)

    bound = converter.with_context(WorkflowSerializationContext("default", "BQ-1"))

    assert isinstance(bound, EncryptingDataConverter)
    assert isinstance(bound.payload_codec, EncryptingCodec)
    assert bound.payload_codec.workflow_id == "BQ-1"
    assert codec.workflow_id == ""
    assert bound.payload_converter is converter.payload_converter
    assert bound.failure_converter is converter.failure_converter


async def test_a_converter_without_a_codec_stays_as_it_is():
    converter = data_converter()

    assert converter.with_context(WorkflowSerializationContext("default", "A")) is converter


def test_a_deployment_encrypts_unless_told_not_to(tmp_path, monkeypatch):
    monkeypatch.delenv(NAMED_BY)
    wanted = Settings(profile="test", data_folder=tmp_path, _env_file=None)
    off = wanted.model_copy(update={"payload_encryption": "off"})

    assert isinstance(deployment_codec(wanted), EncryptingCodec)
    assert (tmp_path / FILE_NAME).exists()
    assert deployment_codec(off) is None
