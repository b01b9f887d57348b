"""``python -m tests.standard``: write the coverage table of ``docs/bpmn.md`` anew."""

from tests.standard.coverage import DOCUMENT, renewed

if __name__ == "__main__":
    DOCUMENT.write_text(renewed(DOCUMENT.read_text("utf-8")), "utf-8")
