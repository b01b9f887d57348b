"""Documents: stored by content, registered with their label."""

import hashlib

import pytest

from tests.api.door import Door, is_problem

PDF = b"%PDF-1.7\n1 0 obj"
LABEL = {"type": "ID_CARD", "partyId": "PT-S3", "policyNo": "P-S3"}


async def store(door: Door, content=PDF, media="application/pdf", label=LABEL, **options):
    return await door.post(
        "/v1/documents",
        content=content,
        params=label,
        headers={"Content-Type": media},
        **options,
    )


async def test_a_document_is_stored_by_its_content(door: Door):
    answer = await store(door)

    assert answer.status_code == 201
    assert answer.json()["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert answer.json()["size"] == len(PDF)
    assert await door.deployment.documents.get("sha256:" + answer.json()["sha256"]) == PDF
    assert door.rows()["documents"] == 1


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"II*\x00....", "image/tiff"),
        (b"MM\x00*....", "image/tiff"),
        (PDF, "application/pdf; charset=binary"),
    ],
)
async def test_images_are_taken_in(door: Door, content, media):
    assert (await store(door, content, media)).status_code == 201


@pytest.mark.parametrize(
    ("content", "media", "status", "code"),
    [
        (b"<svg onload=alert(1)>", "image/svg+xml", 415, "media-type"),
        (b"<html>", "text/html", 415, "media-type"),
        (b"PK\x03\x04", "application/zip", 415, "media-type"),
        (b"{}", "application/json", 415, "media-type"),
        (b"<html>", "application/pdf", 415, "media-mismatch"),
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", 415, "media-mismatch"),
        (b" %PDF-1.7", "application/pdf", 415, "media-mismatch"),
        (b"", "application/pdf", 422, "empty"),
    ],
)
async def test_what_is_no_document_is_refused(door: Door, content, media, status, code):
    before = door.rows()

    assert is_problem(await store(door, content, media), status, code)
    assert door.rows() == before


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ({}, "invalid"),
        ({"type": "../../etc/passwd"}, "invalid"),
        ({"type": ""}, "invalid"),
        ({"type": "ID_CARD", "fileName": "x.pdf"}, "invalid"),
        ({"type": "ID_CARD", "policyNo": "P-NONE"}, "unknown-policy"),
        ({"type": "ID_CARD", "partyId": "PT-NONE"}, "unknown-party"),
    ],
)
async def test_a_label_that_names_nothing_is_refused(door: Door, label, code):
    before = door.rows()

    assert is_problem(await store(door, label=label), 422, code)
    assert door.rows() == before
