"""Cycles and meeting points of directed graphs."""

from workflows.bpmn.compiler.graphs import cycle_in, post_dominators, strong_components


def graph(text):
    """``"a>b c>d"``: two edges, every node named."""
    edges: dict[str, list[str]] = {}
    for edge in text.split():
        source, _, target = edge.partition(">")
        edges.setdefault(source, []).append(target)
        edges.setdefault(target, [])
    return edges


def test_a_line_has_no_component():
    assert strong_components(graph("a>b b>c")) == []


def test_nodes_that_reach_each_other_are_one_component():
    assert strong_components(graph("s>a a>b b>c c>a c>e")) == [frozenset("abc")]


def test_a_node_that_leads_to_itself_is_a_component():
    assert strong_components(graph("s>a a>a")) == [frozenset("a")]


def test_components_apart_are_told_apart():
    assert set(strong_components(graph("a>b b>a b>c c>d d>c"))) == {
        frozenset("ab"),
        frozenset("cd"),
    }


def test_a_cycle_is_told_in_document_order():
    assert cycle_in(graph("s>b b>a a>b")) == ["b", "a"]


def test_branches_meet_at_their_join():
    assert post_dominators(graph("s>a s>b a>j b>j j>e"))["s"] == "j"


def test_branches_that_end_apart_do_not_meet():
    assert post_dominators(graph("s>a s>b"))["s"] is None


def test_a_branch_that_may_end_early_does_not_meet():
    assert post_dominators(graph("s>a s>b a>j b>j b>x j>e"))["s"] is None


def test_a_loop_on_the_way_does_not_hide_the_meeting():
    assert post_dominators(graph("s>a s>b a>c c>a c>j b>j j>e"))["s"] == "j"


def test_a_graph_without_an_end_has_no_meeting():
    assert post_dominators(graph("a>b b>a")) == {"a": None, "b": None}


def test_ten_thousand_nodes_in_line_are_no_burden():
    edges = {str(n): [str(n + 1)] for n in range(10_000)} | {"10000": []}

    assert strong_components(edges) == []
    assert post_dominators(edges)["0"] == "1"
