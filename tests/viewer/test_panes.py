"""Several pictures at once."""

from tests.viewer.cases import Case, gradient


def test_each_pane_shows_and_marks_its_own_series(start):
    case = Case().add_series([gradient()], number=1).add_series([gradient(150, 400)], number=2)
    screen = start(case)
    screen.page.evaluate("overread.screen.setLayout({ rows: 1, columns: 2 })")
    screen.page.evaluate("overread.screen.panes[1].viewport.show(1, 0)")
    screen.until("overread.screen.panes[1].viewport.shown?.instance.columns === 400")
    pane = screen.page.locator("[data-part=viewport]").nth(1).bounding_box()
    middle = (pane["x"] + pane["width"] / 2, pane["y"] + pane["height"] / 2)
    screen.page.mouse.move(middle[0] - 40, middle[1] - 20)
    screen.page.mouse.down()
    screen.page.mouse.move(middle[0] + 40, middle[1] + 20, steps=3)
    screen.page.mouse.up()
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert mark["sop_instance_uid"] == "2.25.9.s1i0"
    assert screen.page.evaluate("overread.screen.active.index") == 1

    screen.page.mouse.dblclick(*middle)
    assert screen.page.locator("[data-part=viewport]").count() == 1
    screen.page.evaluate("overread.screen.maximise(null)")
    assert screen.page.locator("[data-part=viewport]").count() == 2
