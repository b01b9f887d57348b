"""The API description as a page names every call and fetches nothing."""

from api.app import create_app
from api.handbook import render
from infra.settings import Settings


def _page():
    document = create_app(Settings(profile="test")).openapi()
    return render(document), document


def test_every_call_stands_on_the_page_with_its_roles():
    page, document = _page()

    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert f"{method.upper()} {path}</h2>" in page
            assert ", ".join(operation.get("x-roles", ())) in page


def test_the_page_loads_nothing_from_anywhere():
    page, _ = _page()

    assert "<script" not in page
    assert "src=" not in page
    assert "<link" not in page
