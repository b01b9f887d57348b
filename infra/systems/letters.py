"""The letter press: a letter to PDF by reportlab; the same content gives the same bytes."""

import io
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
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from workflows.domain.records import LetterContent

CHINESE = "STSong-Light"
"""A font of the reader's own: no font file travels with the letter."""
_LATIN = "Helvetica"
_LAST_LATIN = "\u024f"
_BODY = ParagraphStyle("body", fontName=_LATIN, fontSize=10.5, leading=16, spaceAfter=7)
_BODY_CHINESE = ParagraphStyle("chinese", parent=_BODY, fontName=CHINESE, wordWrap="CJK")
_SMALL = ParagraphStyle("small", parent=_BODY_CHINESE, fontSize=9, leading=13, spaceAfter=2)
_TITLE = ParagraphStyle(
    "title", parent=_BODY_CHINESE, fontSize=15, leading=21, spaceBefore=8, spaceAfter=12
)
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
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))

    def render(self, letter: LetterContent) -> bytes:
        """Set a letter as PDF."""
        target = io.BytesIO()
        document = SimpleDocTemplate(
            target,
            pagesize=A4,
            leftMargin=25 * mm,
            rightMargin=25 * mm,
            topMargin=32 * mm,
            bottomMargin=24 * mm,
            title=letter.title,
            author=self.insurer,
            subject=letter.reference,
            invariant=1,
        )
        page = self._page(letter.reference)
        document.build(_story(letter), onFirstPage=page, onLaterPages=page)
        return target.getvalue()

    def _page(self, reference: str) -> Callable[[Canvas, SimpleDocTemplate], None]:
        def draw(canvas: Canvas, document: SimpleDocTemplate) -> None:
            width, height = A4
            canvas.saveState()
            canvas.setFont(CHINESE, 11)
            canvas.drawString(25 * mm, height - 20 * mm, self.insurer)
            canvas.setLineWidth(0.6)
            canvas.line(25 * mm, height - 23 * mm, width - 25 * mm, height - 23 * mm)
            canvas.setFont(CHINESE, 8.5)
            canvas.drawString(25 * mm, 14 * mm, reference)
            canvas.drawRightString(width - 25 * mm, 14 * mm, f"{document.page}")
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
        style = _BODY if _is_latin(text) else _BODY_CHINESE
        story.append(Paragraph(_marked(text), style))
    return story


def _figures(letter: LetterContent) -> Table:
    rows = [
        [Paragraph(_marked(label), _CELL), Paragraph(_marked(figure), _FIGURE)]
        for label, figure in letter.figures
    ]
    return Table(rows, colWidths=[110 * mm, 50 * mm], style=_TABLE, hAlign="LEFT")


def _is_latin(text: str) -> bool:
    return all(sign <= _LAST_LATIN for sign in text)


def _marked(text: str) -> str:
    return escape(text).replace("\n", "<br/>")
