"""The keyboard: what each key does, and what the reader makes of it."""

from tests.viewer.cases import Case, gradient

WINDOWS = [{"center": 5, "width": 77, "name": "Own"}]


def ct_and_mr():
    return (
        Case()
        .add_series([gradient() for _ in range(5)], windows=WINDOWS)
        .add_series([gradient() for _ in range(3)], modality="MR", number=2, windows=WINDOWS)
    )


def test_no_key_has_two_meanings_and_none_is_the_browsers(start):
    screen = start()
    told = screen.page.evaluate(
        """async () => {
            const main = document.querySelector('[data-part=screen]').dataset.main;
            const { ACTIONS } = await import(new URL('tools/key_actions.js', new URL(main, location.href)).href);
            return ACTIONS.map(({ name, keys, isFixed = false }) => ({ name, keys, isFixed }));
        }"""
    )
    keys = [key for action in told for key in action["keys"]]
    assert len(keys) == len(set(keys))
    assert len({action["name"] for action in told}) == len(told)


def test_keys_are_named_alike_on_every_layout(start):
    named = start().page.evaluate(
        """async () => {
            const main = document.querySelector('[data-part=screen]').dataset.main;
            const { keyOf, capOf } = await import(new URL('tools/key_names.js', new URL(main, location.href)).href);
            const press = (key, code, ...held) => keyOf({
                key, code, ctrlKey: held.includes('ctrl'), altKey: held.includes('alt'), metaKey: held.includes('meta'),
                shiftKey: held.includes('shift'), getModifierState: (name) => held.includes(name),
            });
            return [
                press('z', 'KeyY', 'ctrl'), press('Z', 'KeyZ', 'meta', 'shift'),  // German; a Mac
                press('&', 'Digit1'), press('1', 'Digit1', 'shift'),  // French
                press('!', 'Digit1', 'shift'), press('1', 'Numpad1'), press('1', 'Digit1', 'alt'),
                press('?', 'Minus', 'shift'), press('[', 'Digit8', 'ctrl', 'alt', 'AltGraph'),  // German
                press('ф', 'KeyA'), press('†', 'KeyT', 'alt'), press('ö', 'Semicolon'),  // Russian, Mac, German
                press(' ', 'Space', 'shift'), press('ArrowUp', 'ArrowUp', 'ctrl'), press('Shift', 'ShiftLeft', 'shift'),
                capOf('Ctrl+Shift+Z'), capOf('+'), capOf('Alt+PageUp'),
            ];
        }"""
    )
    assert named == [
        *("Ctrl+Z", "Ctrl+Shift+Z", "1", "1", "Shift+1", "1", "Alt+1", "?", "[", "A", "Alt+T", "ö"),
        *("Shift+Space", "Ctrl+ArrowUp", "", "Ctrl Shift Z", "+", "Alt PgUp"),
    ]


def test_keys_scroll_window_turn_lay_out_and_take_tools_in_hand(start):
    screen = start(ct_and_mr())
    press = screen.page.keyboard.press

    def view(what):
        return screen.page.evaluate(f"overread.view.{what}")

    def shows(index):
        screen.until(f"overread.view.shown?.index === {index}")

    for key, index in [("Home", 0), ("PageDown", 1), ("ArrowDown", 2), ("End", 4), ("PageUp", 3), ("ArrowUp", 2)]:
        press(key)
        shows(index)
    for place, window in enumerate([(1500, -600), (400, 40), (350, 50), (150, 90), (2500, 480), (80, 40), (77, 5)], 1):
        press(f"Alt+{place}")
        assert (view("voi.width"), view("voi.center")) == window
    press("]")
    screen.until("overread.view.series.modality === 'MR' && overread.view.shown")
    press("Alt+1")
    assert (view("voi.width"), view("voi.center")) == (77, 5)
    press("Control+ArrowUp")
    screen.until("overread.view.series.modality === 'CT' && overread.view.shown")
    press("i")
    assert view("grey.isInverted")
    before = view("matrix")
    press("t")
    assert view("matrix") != before
    press("r")
    assert view("matrix") == before
    for key, panes in [("Shift+Digit4", 4), ("m", 1), ("m", 4), ("Shift+Digit2", 2)]:
        press(key)
        shown = "[...document.querySelectorAll('.viewport')].filter((each) => each.checkVisibility()).length"
        screen.until(f"{shown} === {panes}")
    press(".")
    assert screen.page.evaluate("overread.screen.active.index") == 1
    press(",")
    assert screen.page.evaluate("overread.screen.active.index") == 0
    press("Shift+W")
    assert screen.page.evaluate("overread.parts.links.states.window")
    pressed = screen.page.locator("[data-part=toolbar] [data-key-of^='tool.'][aria-pressed=true]")
    press("z")
    assert pressed.get_attribute("title") == "Enlarge by dragging up (Ctrl + wheel) (Z)"
    press("b")
    assert pressed.inner_text() == "Box"


def test_marks_are_hidden_by_a_press_or_while_held(start):
    screen = start()
    screen.drag((50, 50), (90, 90))
    screen.page.keyboard.press("Escape")
    hidden = "overread.marks.areHidden"
    keys = screen.page.keyboard
    keys.press("h")
    assert screen.page.evaluate(hidden)
    keys.press("h")
    assert not screen.page.evaluate(hidden)
    keys.down("h")
    assert screen.page.evaluate(hidden)
    screen.page.wait_for_timeout(380)
    keys.up("h")
    assert not screen.page.evaluate(hidden)


def test_a_key_is_changed_swapped_kept_and_reset(start):
    screen = start()
    page, keys = screen.page, screen.page.keyboard

    def row(name):
        return page.locator(f"[data-part=help] [data-action='{name}']")

    def caps(name):
        return row(name).locator("kbd").all_inner_texts()

    keys.press("?")
    page.locator("[data-part=help-search]").fill("invert")
    assert page.locator(".help__row:visible").count() == 1
    row("invert").get_by_text("Change").click()
    keys.press("Control+w")
    assert "browser keeps Ctrl W" in page.locator("[data-part=help-message]").inner_text()
    keys.press("Shift+X")
    assert caps("invert") == ["Shift X"]
    page.locator("[data-part=help-search]").fill("")
    # Another action's key is offered as a swap.
    row("fit").get_by_text("Change").click()
    keys.press("t")
    message = page.locator("[data-part=help-message]")
    assert message.inner_text().startswith("T is “Turn a quarter”, which would get F.")
    message.get_by_text("Swap").click()
    assert (caps("fit"), caps("turn")) == (["T"], ["F"])
    # Esc leaves a key as it is, and the dialog open; it is not to be had itself.
    row("withdraw").get_by_text("Change").click()
    keys.press("Escape")
    assert caps("withdraw") == ["Del", "Backspace"]
    assert row("escape").get_by_text("Change").count() == 0
    page.wait_for_timeout(100)
    assert screen.api.preferences[-1] == {"keys": {"invert": "Shift+X", "fit": "T", "turn": "F"}, "tour_seen": True}
    keys.press("Escape")
    keys.press("i")
    assert not page.evaluate("overread.view.grey.isInverted")
    keys.press("Shift+X")
    assert page.evaluate("overread.view.grey.isInverted")

    screen.open()
    keys.press("Shift+X")
    assert page.evaluate("overread.view.grey.isInverted")
    keys.press("?")
    row("fit").get_by_text("Reset").click()
    assert (caps("fit"), caps("turn")) == (["F"], ["T"])
    screen.api.keeps_preferences = False
    page.locator("[data-part=help-reset]").click()
    assert caps("invert") == ["I"]
    page.locator("[data-part=help-message]").get_by_text("could not keep").wait_for()
