"""What is told together says the same as what was told one by one."""

from hypothesis import given
from hypothesis import strategies as st

from procedure_viewer.chart.news import Changed, NewRows, News
from procedure_viewer.chart.together import Together
from procedure_viewer.fhir.procedure import read_procedure

ROW = read_procedure(b'{"resourceType":"Procedure","id":"1"}')


@given(st.lists(st.sampled_from([NewRows((ROW,)), Changed.CHART, Changed.SEARCH, Changed.CLEARED]), max_size=12))
def test_news_that_are_gathered_say_the_same(news: list[News]) -> None:
    told: list[News] = []
    together = Together(told.append)
    with together.gathering():
        for one in news:
            together(one)
    others = (Changed.SEARCH, Changed.CLEARED)
    assert [one for one in told if one in others] == [one for one in news if one in others]
    last = max((at for at, one in enumerate(news) if one is Changed.CLEARED), default=-1)
    shown = sum(isinstance(one, NewRows) for one in news[last + 1 :])
    cleared = max((at for at, one in enumerate(told) if one is Changed.CLEARED), default=-1)
    assert sum(len(one.procedures) for one in told[cleared + 1 :] if isinstance(one, NewRows)) == shown
    assert (Changed.CHART in told[cleared + 1 :]) == (Changed.CHART in news[last + 1 :])
