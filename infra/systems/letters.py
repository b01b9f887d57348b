"""The letter press: a letter to PDF by reportlab; the same content gives the same bytes."""

import io
import re
from collections.abc import Callable
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from workflows.domain.records import LetterContent

INSURER = "示例人寿 Sample Life"
"""Whose letterhead it is."""
CHINESE = "STSong-Light"
"""A font of the reader's own: no font file travels with the letter."""
_ENCODING = "UniGB-UTF16-H"
"""Reaches what reportlab's own choice (UCS-2) does not: the middle dot, rare characters 生僻字."""
_LATIN = "Helvetica"
_LATIN_RUN = re.compile(r"[ -~\u00a0-\u00ff]+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MARGIN, _TOP, _BOTTOM = 25 * mm, 32 * mm, 24 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_BODY = ParagraphStyle("body", fontName=_LATIN, fontSize=10.5, leading=16, spaceAfter=7)
_BODY_CHINESE = ParagraphStyle("chinese", parent=_BODY, fontName=CHINESE, wordWrap="CJK")
_SMALL = ParagraphStyle("small", parent=_BODY_CHINESE, fontSize=9, leading=13, spaceAfter=2)
_TITLE = ParagraphStyle(
    "title", parent=_BODY_CHINESE, fontSize=15, leading=21, spaceBefore=8, spaceAfter=12
)
_HEAD = ParagraphStyle("head", parent=_BODY_CHINESE, fontSize=11, leading=14, spaceAfter=0)
_CELL = ParagraphStyle("cell", parent=_BODY_CHINESE, fontSize=10, leading=14, spaceAfter=0)
_FIGURE = ParagraphStyle("figure", parent=_CELL, alignment=TA_RIGHT)
_TABLE = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#b5bcc6")),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.HexColor("#3c4654")),
        ("BACKGROUND", (0, -1), (-1, -1), colors.HexColor("#eef1f5")),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)


class PdfLetters:
    """Sets letters on A4."""

    def __init__(self, insurer: str) -> None:
        self.insurer = insurer
        """Name of the insurer, as it stands in the letterhead."""
        font = UnicodeCIDFont(CHINESE)
        font.encodingName = _ENCODING
        pdfmetrics.registerFont(font)

    def render(self, letter: LetterContent) -> bytes:
        """Set a letter as PDF."""
        target = io.BytesIO()
        document = BaseDocTemplate(
            target,
            pagesize=A4,
            title=letter.title,
            author=self.insurer,
            subject=letter.reference,
            invariant=1,
        )
        frame = Frame(
            _MARGIN, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )  # fmt: skip
        page = PageTemplate(frames=[frame], onPage=self._page(letter.reference))
        document.addPageTemplates([page])
        document.build(_story(letter))
        return target.getvalue()

    def _page(self, reference: str) -> Callable[[Canvas, BaseDocTemplate], None]:
        head, foot = Paragraph(_marked(self.insurer), _HEAD), Paragraph(_marked(reference), _SMALL)

        def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
            height = A4[1]
            canvas.saveState()
            for text, above in ((head, height - 21 * mm), (foot, 12 * mm)):
                text.wrapOn(canvas, _WIDTH, _TOP)
                text.drawOn(canvas, _MARGIN, above)
            canvas.setLineWidth(0.6)
            canvas.line(_MARGIN, height - 23 * mm, _MARGIN + _WIDTH, height - 23 * mm)
            canvas.setFont(_LATIN, 8.5)
            canvas.drawRightString(_MARGIN + _WIDTH, 14 * mm, f"{document.page}")
            canvas.restoreState()

        return draw


def _story(letter: LetterContent) -> list[Flowable]:
    head = f"{letter.dated.isoformat()} · {letter.reference}"
    story: list[Flowable] = [
        Paragraph(_marked(letter.addressee), _BODY_CHINESE),
        Paragraph(_marked(head), _SMALL),
        Paragraph(_marked(letter.title), _TITLE),
    ]
    figures = [_figures(letter)] if letter.figures else []
    for place, text in enumerate(letter.paragraphs):
        if figures and place == len(letter.paragraphs) - 1:
            story += [Spacer(1, 2 * mm), *figures, Spacer(1, 5 * mm)]
        story += [_paragraph(line, letter.link) for line in text.splitlines()]
    return story


def _figures(letter: LetterContent) -> Table:
    rows = [
        [Paragraph(_marked(label), _CELL), Paragraph(_marked(figure), _FIGURE)]
        for label, figure in letter.figures
    ]
    return Table(rows, colWidths=[_WIDTH - 45 * mm, 45 * mm], style=_TABLE, hAlign="LEFT")


def _paragraph(text: str, link: str) -> Paragraph:
    """Chinese breaks anywhere, other languages between words."""
    style = _BODY if _LATIN_RUN.fullmatch(text) else _BODY_CHINESE
    marked, url = _marked(text), escape(link)
    return Paragraph(marked.replace(url, f'<a href="{url}">{url}</a>') if url else marked, style)


def _marked(text: str) -> str:
    """Write a text as reportlab's markup: taken literally, Latin letters in a Latin font."""
    printable = _UNPRINTABLE.sub("", text)
    marked, end = [], 0
    for run in _LATIN_RUN.finditer(printable):
        marked += [escape(printable[end : run.start()]), _latin(run.group())]
        end = run.end()
    return "".join([*marked, escape(printable[end:])]).replace("\n", "<br/>")


def _latin(text: str) -> str:
    return f'<font name="{_LATIN}">{escape(text)}</font>'
