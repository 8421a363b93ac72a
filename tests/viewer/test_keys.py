"""The keyboard: what each key does, and what the reader makes of it."""

from labeling.domain.preferences import checked_preferences
from tests.viewer.cases import EFFUSION, Case, gradient

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
            const { isOfBrowser } = await import(new URL('tools/key_names.js', new URL(main, location.href)).href);
            return ACTIONS.map(({ name, keys, isFixed = false }) => ({
                name, keys, isFixed, browsers: keys.filter(isOfBrowser),
            }));
        }"""
    )
    keys = [key for action in told for key in action["keys"]]
    assert len(keys) == len(set(keys))
    assert len({action["name"] for action in told}) == len(told)
    assert [action["browsers"] for action in told if not action["isFixed"]] == [[]] * (len(told) - 1)


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
    pressed = screen.page.locator("[data-part=toolbar] [data-key-of^='tool_'][aria-pressed=true]")
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
    # What differs only by a number is one row, which opens to change each.
    assert not row("window3").is_visible() and not row("label9").is_visible()
    page.get_by_text("Windows 1 to 9").click()
    row("window3").get_by_text("Change").click()
    keys.press("Shift+U")
    assert caps("window3") == ["Shift U"]
    row("window3").get_by_text("Reset").click()
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


def test_hints_name_the_keys_that_the_reader_has(start):
    own = {"describe": "Shift+U", "planeAxial": "Ctrl+Alt+P", "nextSeries": ""}
    screen = start(ct_and_mr(), prepare=lambda api: api.read.update(preferences={"keys": own, "tour_seen": True}))
    screen.drag((50, 50), (90, 90))
    screen.page.get_by_role("button", name="Describe (Shift U)").wait_for()
    screen.page.get_by_role("button", name="Withdraw (Del)").wait_for()

    def cap(action):
        return screen.page.locator(f".menu [data-key-of={action}], .mask-options [data-key-of={action}]")

    hints = [cap(action).text_content() for action in ("planeAxial", "planesThree", "previousSeries", "nextSeries")]
    assert hints == ["Ctrl Alt P", "Shift T", "[", ""]


def test_labels_about_images_series_and_the_study_are_answered_by_keys(start):
    case = ct_and_mr()
    scoped = [
        EFFUSION | {"key": scope, "name": scope.title(), "hotkey": str(place), "scope": scope, "shapes": []}
        for place, scope in enumerate(["image", "series", "study"], 3)
    ]
    screen = start(case, prepare=lambda api: api.read["schema"].update(labels=[EFFUSION, *scoped]))
    press = screen.page.keyboard.press

    def answers():
        screen.saved()
        kept = screen.page.evaluate("[...overread.store.answers].map(([id, { value }]) => [id, value])")
        return {name: value for name, value in kept if value}

    for key in "3345":
        press(key)
    image = "image~2.25.9.s0i2~1"
    assert answers() == {image: "absent", "series~2.25.0": "present", "study": "present"}
    press("PageDown")
    screen.until("overread.view.shown?.index === 3")
    row = screen.page.locator(".answer").filter(has_text="this image")
    assert row.locator("select").input_value() == ""
    assert "on 1 other image" in row.inner_text()
    press("3")
    press("5")
    press("5")
    assert answers() == {image: "absent", "image~2.25.9.s0i3~1": "present", "series~2.25.0": "present"}
    screen.open()
    assert answers() == {image: "absent", "image~2.25.9.s0i3~1": "present", "series~2.25.0": "present"}
    press("4")
    assert answers()["series~2.25.0"] == "absent"


def test_ten_findings_take_at_most_three_actions_each_and_the_mouse_only_draws(start, capsys):
    screen = start(ct_and_mr())
    done = []

    def press(key):
        done.append(key)
        screen.page.keyboard.press(key)

    # Draw, say what it is, and for a nodule how sure one is: the digit after its label's answers the first question.
    for place in range(10):
        column = 10 + 25 * place
        screen.drag((column, 40), (column + 15, 70))
        done.append("drag")
        for key in ["2"] if place % 3 == 2 else ["1", "2"]:
            press(key)
    labels = screen.page.evaluate("overread.store.liveMarks.map(([, { label, attributes }]) => [label, attributes])")
    assert [label for label, _ in labels].count("effusion") == 3
    assert all(attributes == {"certainty": "high"} for label, attributes in labels if label == "nodule")
    screen.saved()
    with screen.page.expect_navigation():
        press("Enter")
    assert screen.api.read["state"] == "submitted"
    with capsys.disabled():
        print(f"\nten findings: {len(done)} actions, submitting included")
    assert len(done) <= 30


def test_a_case_is_read_by_the_keyboard_alone(start):
    screen = start(ct_and_mr())
    press, page = screen.page.keyboard.press, screen.page
    screen.drag((20, 20), (60, 60))
    press("Escape")
    screen.saved()
    # The findings panel is reached by Tab, past the last mark, and every stop shows where it is.
    seen = []
    for _ in range(60):
        press("Tab")
        seen.append(
            page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const { outlineStyle, boxShadow } = getComputedStyle(at);
                    const isSeen = outlineStyle !== 'none' || boxShadow !== 'none';
                    return [at.closest('[data-finding]') ? 'finding' : at.dataset.part ?? at.tagName, isSeen];
                }"""
            )
        )
        if seen[-1][0] == "finding":
            break
    assert seen[-1][0] == "finding"
    assert [name for name, is_seen in seen if not is_seen and name != "BODY"] == []
    press("Enter")
    assert page.evaluate("overread.store.selectedId") is not None
    page.evaluate("document.querySelector('[data-part=viewport]').focus()")
    press("a")
    press("1")
    press("Escape")
    press("Space")
    press("Delete")
    assert page.evaluate("overread.store.liveMarks.length") == 0
    press("Control+z")
    assert page.evaluate("overread.store.liveMarks[0][1].attributes.certainty") == "low"
    press("Delete")
    press("0")
    screen.saved()
    with screen.page.expect_navigation():
        press("Enter")
    assert screen.api.read["state"] == "submitted"


def test_the_tour_stands_beside_the_image_stops_nothing_and_comes_once(start):
    screen = start(prepare=lambda api: api.read.update(preferences={}))
    page, tour = screen.page, screen.page.locator("[data-part=tour]")
    assert "1 of 4" in tour.inner_text()
    image = page.locator("[data-part=viewport]").bounding_box()
    assert tour.bounding_box()["x"] >= image["x"] + image["width"]
    screen.drag((20, 20), (60, 60))
    assert len(screen.boxes()) == 1
    for _ in range(3):
        tour.get_by_text("Next").click()
    assert "Submit" in tour.inner_text()
    page.locator("[data-part=viewport]").focus()
    page.keyboard.press("Escape")
    assert not tour.is_visible()
    page.wait_for_timeout(100)
    assert screen.api.preferences == [{"tour_seen": True}]
    screen.saved()
    screen.open()
    assert not tour.is_visible()
    page.keyboard.press("?")
    page.locator("[data-part=help-tour]").click()
    assert "1 of 4" in tour.inner_text()


def test_one_finger_draws_two_zoom_and_pan_three_scroll(start):
    screen = start()
    session = screen.page.context.new_cdp_session(screen.page)

    def touch(kind, *points):
        fingers = [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    def gesture(*moves):
        touch("touchStart", moves[0][0])
        touch("touchStart", *moves[0])
        for points in moves[1:]:
            touch("touchMove", *points)
        touch("touchEnd")

    zoom = screen.page.evaluate("overread.view.view.zoom")
    gesture([(400, 400), (500, 400)], [(380, 400), (520, 400)], [(350, 400), (550, 400)])
    assert screen.page.evaluate("overread.view.view.zoom") / zoom > 1.9
    assert screen.boxes() == []
    index = screen.page.evaluate("overread.view.shown.index")
    three = [[(400, y), (450, y), (500, y)] for y in (300, 315, 330)]
    gesture(*three)
    screen.until(f"overread.view.shown?.index === {index + 1}")
    assert screen.boxes() == []
    gesture([(400, 400)], [(420, 420)], [(460, 450)])
    assert len(screen.boxes()) == 1


def test_the_server_keeps_any_name_of_an_action_and_actions_without_a_key(start):
    names = start().page.evaluate(
        """async () => {
            const main = document.querySelector('[data-part=screen]').dataset.main;
            const { ACTIONS } = await import(new URL('tools/key_actions.js', new URL(main, location.href)).href);
            return ACTIONS.map(({ name }) => name);
        }"""
    )
    checked_preferences({"keys": dict.fromkeys(names, "")})


def test_all_that_masks_and_planes_offer_has_a_key_that_the_help_tells(start):
    def masks(api):
        api.read["schema"]["labels"] = [EFFUSION | {"shapes": ["mask"]}]

    screen = start(ct_and_mr(), prepare=masks)
    page, press = screen.page, screen.page.keyboard.press
    press("Shift+D")
    offered = page.evaluate(
        """[...document.querySelectorAll("[data-part=mask-options] button")].map(({ dataset }) => dataset.keyOf)"""
    )
    offered += page.evaluate(
        """[...document.querySelectorAll(".menu[aria-label='Axial, coronal and sagittal planes'] [data-key-of]")]
            .map(({ dataset }) => dataset.keyOf)"""
    )
    masks_offer = {f"mask{name}" for name in ("Smooth", "FillHoles", "FillBetween", "Add", "TakeAway", "Common")}
    assert masks_offer | {"maskRange", "planesThree", "slabThicker", "slabThinner", "slabMode"} <= set(offered)
    press("?")
    for name in offered:
        caps = page.locator(f"[data-part=help-keys] [data-action={name}] .key").all_text_contents()
        assert caps, f"{name} has no key"
    press("Escape")

    # They do what the buttons do: a ring is painted, and its hole filled.
    ring = "{ size: [200, 300], counts: [10000, 40, 160, 4, 32, 4, 160, 40, 49560] }"
    page.evaluate(
        f"overread.store.select(overread.store.addMark(overread.view.shown, {{ shape: 'mask', geometry: {ring} }}))"
    )
    counts = "overread.store.selected.geometry.counts"
    press("Alt+h")
    assert page.evaluate(counts) == [10000, 40, 160, 40, 160, 40, 49560]
    press("Alt+a")
    assert "Select two masks" in page.locator("[data-part=notice]").inner_text()
    press("Alt+s")
    assert page.evaluate(counts) != [10000, 40, 160, 40, 160, 40, 49560]
    press("Alt++")
    press("Alt++")
    press("Alt+-")
    press("Alt+m")
    assert page.evaluate("overread.parts.mpr.slab") == {"thickness_mm": 5, "mode": "max"}
    page.evaluate("overread.view.chooseWindow({ kind: 'manual', center: 50, width: 100 })")
    press("Alt+w")
    fields = page.locator("[data-part=mask-options]")
    assert (fields.get_by_label("From").input_value(), fields.get_by_label("To").input_value()) == ("0", "100")
