from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from infra.systems.mail_sink import MailFolder, open_mailbox
from infra.systems.notifier import SmtpNotifier
from workflows.domain.records import Attachment, Mail
from workflows.domain.systems import SystemUnavailable, Undeliverable


@pytest.fixture
async def notifier(tmp_path: Path) -> AsyncIterator[SmtpNotifier]:
    server = await open_mailbox(tmp_path, 0)
    port = server.sockets[0].getsockname()[1]
    yield SmtpNotifier(host="127.0.0.1", port=port, sender="service@insurer.example")
    server.close()
    await server.wait_closed()


def a_mail(
    *, message_id: str = "msg-1", subject: str = "办理结果", to: str = "customer@mail.example"
) -> Mail:
    return Mail(
        message_id=message_id,
        to=to,
        subject=subject,
        body="详见附件",
        attachments=(
            Attachment(name="letter.pdf", media_type="application/pdf", content=b"%PDF-1"),
        ),
    )


def mails(folder: Path):
    return [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(folder.glob("*.eml"))
    ]


async def test_a_mail_arrives_with_its_attachment(notifier: SmtpNotifier, tmp_path: Path):
    receipt = await notifier.send(a_mail())

    (mail,) = mails(tmp_path)
    assert mail["Message-ID"] == receipt.message_id == "<msg-1@insurer.example>"
    assert mail["Subject"] == "办理结果"
    (letter,) = mail.iter_attachments()
    assert (letter.get_filename(), letter.get_content()) == ("letter.pdf", b"%PDF-1")


async def test_a_mail_sent_again_is_kept_once(notifier: SmtpNotifier, tmp_path: Path):
    await notifier.send(a_mail())

    await notifier.send(a_mail())

    assert len(mails(tmp_path)) == 1


async def test_a_subject_cannot_add_a_header(notifier: SmtpNotifier, tmp_path: Path):
    await notifier.send(a_mail(subject="hello\r\nBcc: thief@mail.example"))

    (mail,) = mails(tmp_path)
    assert mail["Bcc"] is None


async def test_a_server_that_is_away_took_nothing(unused_tcp_port: int):
    notifier = SmtpNotifier(host="127.0.0.1", port=unused_tcp_port, sender="a@b.example")

    with pytest.raises(SystemUnavailable):
        await notifier.send(a_mail())


@pytest.mark.parametrize("to", ["nobody@unknown.example", "no address", "<>"])
async def test_an_address_that_is_refused_for_good_is_told_from_a_server_that_is_away(
    notifier: SmtpNotifier, tmp_path: Path, to: str
):
    with pytest.raises(Undeliverable):
        await notifier.send(a_mail(to=to))

    assert mails(tmp_path) == []


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ("452 4.2.2 Mailbox full", SystemUnavailable),
        ("530 5.7.0 Authentication required", SystemUnavailable),
        ("552 5.2.2 Over quota", Undeliverable),
    ],
)
async def test_only_what_is_refused_for_good_is_given_up(
    notifier: SmtpNotifier, monkeypatch: pytest.MonkeyPatch, answer: str, raised: type[Exception]
):
    async def says(self: MailFolder, *given: object) -> str:
        del self, given
        return answer

    monkeypatch.setattr(MailFolder, "handle_RCPT", says)

    with pytest.raises(raised):
        await notifier.send(a_mail())
