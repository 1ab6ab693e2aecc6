"""The arithmetic of the benchmarks' table; no time gates anything."""

from tests.benchmarks.figures import Comparison, Mark, Series, markdown, table, told, understood


def test_a_mark_is_met_or_missed_by_so_much() -> None:
    assert Comparison("a", [14.0, 15.0, 90.0], "b", [10.0], Mark(times=1.5)).verdict == "met"
    assert Comparison("a", [18.0], "b", [10.0], Mark(times=1.5)).verdict == "missed by 3 ms (20%)"
    assert Comparison("a", [31.0], "b", [10.0], Mark(times=1, more=20)).verdict == "missed by 1 ms (3%)"


def test_never_over_is_judged_by_the_worst_run() -> None:
    assert Comparison("a", [10.0, 10.0, 60.0], mark=Mark(more=50, worst=True)).verdict == "missed by 10 ms (20%)"


def test_what_could_not_be_measured_says_why() -> None:
    comparison = Comparison("a", [], mark=Mark(more=50), peers=(Series("p", [], "no such thing"),), reason="it failed")
    assert comparison.verdict == "not measured"
    for text in (table([comparison]), markdown([comparison])):
        assert "it failed" in text
        assert "no such thing" in text


def test_comparisons_survive_the_way_between_processes() -> None:
    comparison = Comparison("a", [1.0], "b", [2.0], Mark(times=2), (Series("p", [3.0]),))
    assert understood("words before\n" + told([comparison])) == [comparison]
