from dataclasses import replace
from datetime import date

import pytest

from infra.systems.letters import PdfLetters
from workflows.domain.records import LetterContent

LETTER = LetterContent(
    title="退保损失说明 / What ending the contract means",
    reference="BQ-1 · loss_statement@1",
    addressee="张三 <b>&",
    dated=date(2026, 10, 12),
    paragraphs=("您已交保险费。", "You have paid <premiums> & more.", "请确认。"),
    figures=(("现金价值 Cash value", "86,400.00"), ("应付净额 Net", "56,801.45")),
)


@pytest.fixture
def press() -> PdfLetters:
    return PdfLetters("示例人寿 Example Life")


def test_the_same_letter_is_the_same_bytes(press: PdfLetters):
    assert press.render(LETTER) == PdfLetters("示例人寿 Example Life").render(LETTER)


def test_another_figure_is_another_letter(press: PdfLetters):
    other = replace(LETTER, figures=(("应付净额 Net", "56,801.46"),))

    assert press.render(LETTER) != press.render(other)


def test_a_letter_is_a_pdf_in_a_chinese_font(press: PdfLetters):
    pdf = press.render(LETTER)

    assert pdf.startswith(b"%PDF-")
    assert b"STSong-Light" in pdf


def test_a_long_letter_takes_more_pages(press: PdfLetters):
    long = replace(LETTER, paragraphs=("保全业务办理说明。" * 60,) * 12)

    assert press.render(long).count(b"/Type /Page\n") > 1


def test_the_address_of_the_case_can_be_clicked_and_no_other(press: PdfLetters):
    link = "https://service.insurer.example/?lang=zh&case=BQ-1"
    text = f"在此办理：\n{link}\nhttps://elsewhere.example/"

    pdf = press.render(replace(LETTER, paragraphs=(text,), link=link))

    assert pdf.count(b"/URI (") == 1
    assert b"/URI (https://service.insurer.example/?lang=zh&case=BQ-1)" in pdf


def test_rare_and_hostile_signs_are_set_without_harm(press: PdfLetters):
    names = (
        "龑𠮷㛃·阿依努尔",
        "Zoë Łukasz",
        "<para>&amp;</font>",
        "\x00\x1b\x0c\ud800",
        "%s{0}",
        "\n\n",
    )
    for name in names:
        letter = replace(LETTER, addressee=name, paragraphs=(name, name), figures=((name, name),))

        assert press.render(letter).startswith(b"%PDF-")


def test_the_font_reaches_what_unicode_has_beyond_ucs2(press: PdfLetters):
    assert b"/UniGB-UTF16-H" in press.render(LETTER)
