"""axe finds nothing serious on the read page, whatever is open on it."""

from tests import axe
from tests.viewer.cases import Case, gradient


def test_the_read_page_with_each_of_its_parts_open(start):
    screen = start(Case().add_series([gradient() for _ in range(3)]).add_series([gradient()], modality="MR", number=2))
    page, found = screen.page, {}

    def look(name):
        if faults := axe.faults(page):
            found[name] = faults

    look("nothing drawn")
    screen.drag((50, 50), (90, 90))
    page.locator("[data-part=attributes]").wait_for(state="visible")
    look("the pop-up")
    page.keyboard.press("Escape")
    look("a finding")
    for words in ("View", "Layout", "Links"):
        page.keyboard.press("Shift+Digit4")
        page.get_by_role("button", name=words).first.click()
        look(f"the menu {words}")
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    look("the help")
    page.keyboard.press("Escape")
    for dialog in ("sign-in", "conflict"):
        page.evaluate(f"document.querySelector('dialog[data-part={dialog}]').showModal()")
        look(dialog)
        page.evaluate(f"document.querySelector('dialog[data-part={dialog}]').close()")
    screen.api.is_down = True
    page.keyboard.press("Shift+ArrowRight")
    page.evaluate("document.querySelector('[data-part=other-tab]').hidden = false")
    look("what went wrong")
    screen.api.is_down = False
    assert found == {}
