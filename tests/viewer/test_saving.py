"""A mark is never lost: whatever happens to the network, the session, the tab or another window."""

from tests.viewer.cases import Case, gradient


def draw(screen, column=100):
    screen.drag((column, 50), (column + 40, 90))


def wait_for(screen, words):
    screen.page.get_by_text(words).wait_for()


def keys_of(api, mark_id):
    return [request["headers"]["Idempotency-Key"] for request in api.writes if mark_id in request["path"]]


def test_saved_is_said_with_the_time_the_server_kept_it(start):
    screen = start()
    assert screen.save_line.inner_text() == "Nothing to save yet"
    draw(screen)
    screen.saved()
    (mark,) = screen.api.marks.values()
    kept = screen.page.evaluate("(at) => new Date(at).toLocaleTimeString('en-GB')", mark["saved_at"])
    assert screen.save_line.inner_text() == f"Saved {kept}"


def test_an_answer_that_is_not_about_the_mark_is_not_taken_for_saved(start):
    screen = start()
    screen.api.refuse_with = (200, {"welcome": "to the guest network"})
    draw(screen)
    wait_for(screen, "Not connected: 1 change kept on this computer")
    screen.api.refuse_with = None
    screen.saved()
    assert len(screen.api.marks) == 1


def test_changes_made_offline_are_sent_when_the_server_is_back(start):
    screen = start()
    screen.api.is_down = True
    draw(screen)
    draw(screen, 20)
    wait_for(screen, "Not connected: 2 changes kept on this computer")
    screen.api.is_down = False
    screen.saved()
    assert len(screen.api.marks) == 2


def test_a_killed_tab_loses_nothing_and_sends_nothing_twice(start):
    screen = start()
    # The server keeps the mark, but its answer never arrives: the page cannot know.
    screen.api.loses_answers = True
    draw(screen)
    wait_for(screen, "Not connected: 1 change kept on this computer")
    (drawn,) = screen.boxes()
    mark_id = screen.page.evaluate("overread.store.selectedId")
    context = screen.page.context
    screen.page.close(run_before_unload=False)
    screen.api.loses_answers = False

    screen.page = context.new_page()
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    screen.open("?renderer=2d")
    screen.saved()
    assert screen.boxes() == [drawn]
    assert len(set(keys_of(screen.api, mark_id))) == 1
    assert [mark["version"] for mark in screen.api.marks.values()] == [1]
    assert screen.api.current("annotations", mark_id)["geometry"] == drawn


def test_what_was_changed_while_offline_survives_the_tab_in_its_last_form(start):
    screen = start()
    draw(screen)
    screen.saved()
    screen.api.is_down = True
    screen.page.keyboard.press("Shift+ArrowRight")
    screen.page.keyboard.press("2")
    wait_for(screen, "Not connected")
    (last,) = screen.boxes()
    context = screen.page.context
    screen.page.close(run_before_unload=False)
    screen.api.is_down = False

    screen.page = context.new_page()
    screen.open("?renderer=2d")
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert (mark["geometry"], mark["label"]) == (last, "effusion")


def test_a_mark_drawn_and_taken_back_offline_needs_no_saving(start):
    screen = start()
    screen.api.is_down = True
    screen.page.evaluate("overread.outbox.pause('not_leading')")
    draw(screen)
    screen.page.keyboard.press("Control+z")
    screen.api.is_down = False
    screen.page.evaluate("overread.outbox.resume()")
    screen.saved()
    assert screen.api.writes == []


def test_signing_in_over_the_page_saves_what_was_drawn(start):
    screen = start()
    screen.api.user = None
    draw(screen)
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    wait_for(screen, "The name or the password is wrong.")
    assert screen.api.marks == {}
    dialog.get_by_label("Password").fill("right")
    dialog.get_by_role("button", name="Sign in").click()
    screen.saved()
    assert len(screen.api.marks) == 1
    assert screen.api.writes[-1]["headers"]["X-CSRFToken"] == screen.api.token
    assert not dialog.is_visible()


def test_another_users_session_does_not_get_the_changes(start):
    screen = start()
    screen.api.user = "reader2"
    draw(screen)
    wait_for(screen, "This is reader1’s read: 1 change kept on this computer")
    assert screen.api.marks == {}
    screen.save_line.click()
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_label("User name").fill("reader2")
    dialog.get_by_label("Password").fill("right")
    dialog.get_by_role("button", name="Sign in").click()
    wait_for(screen, "This read belongs to reader1")
    assert screen.api.marks == {}


def changed_elsewhere(screen):
    """Another device saves a version of the only mark."""
    ((mark_id, mark),) = screen.api.marks.items()
    other = mark | {"geometry": {"x": 1, "y": 2, "width": 3, "height": 4}, "version": mark["version"] + 1}
    screen.api.kept["annotations", mark_id].append(other)
    return other


def test_a_conflict_shows_both_versions_and_mine_can_be_kept(start):
    screen = start()
    draw(screen)
    screen.saved()
    other = changed_elsewhere(screen)
    screen.page.keyboard.press("Shift+ArrowRight")
    (mine,) = screen.boxes()
    dialog = screen.page.get_by_role("dialog")
    dialog.wait_for()
    assert "box, 3.0 × 4.0 px" in dialog.inner_text()
    assert "at 1.0, 2.0 px" in dialog.inner_text()
    assert f"at {mine['x']:.1f}, {mine['y']:.1f}" in dialog.inner_text()
    dialog.get_by_role("button", name="Keep mine").click()
    screen.saved()
    (mark,) = screen.api.marks.values()
    assert (mark["geometry"], mark["version"]) == (mine, other["version"] + 1)


def test_in_a_conflict_the_other_version_can_be_kept(start):
    screen = start()
    draw(screen)
    screen.saved()
    other = changed_elsewhere(screen)
    screen.page.keyboard.press("Shift+ArrowRight")
    screen.page.get_by_role("button", name="Keep the other").click()
    screen.saved()
    screen.until(f"overread.store.liveMarks[0][1].geometry.x === {other['geometry']['x']}")
    assert screen.boxes() == [other["geometry"]]
    assert len(screen.api.kept["annotations", other["id"]]) == 2


def test_a_refused_change_stays_and_says_why(start):
    screen = start()
    reason = "The read has been submitted"
    screen.api.refuse_with = (409, {"code": "read_submitted", "detail": reason})
    draw(screen)
    wait_for(screen, "1 change was not accepted")
    assert reason in screen.page.locator(".refusal").inner_text()
    assert len(screen.boxes()) == 1

    screen.page.on("dialog", lambda dialog: dialog.accept())
    screen.open("?renderer=2d")
    wait_for(screen, "1 change was not accepted")
    assert len(screen.boxes()) == 1
    screen.api.refuse_with = None
    screen.page.get_by_role("button", name="Try again").click()
    screen.saved()
    assert len(screen.api.marks) == 1


def test_only_one_tab_works_on_a_read(start):
    screen = start()
    draw(screen)
    screen.saved()
    first = screen.page
    screen.page = first.context.new_page()
    screen.open("?renderer=2d")
    wait_for(screen, "This read is open in another tab")
    draw(screen, 200)
    assert len(screen.boxes()) == 1

    screen.page.get_by_role("button", name="Work here instead").click()
    screen.page.get_by_text("This read is open in another tab").wait_for(state="hidden")
    screen.until("Boolean(window.overread) && !overread.store.isReadOnly && overread.view.shown !== null")
    draw(screen, 200)
    screen.saved()
    assert len(screen.api.marks) == 2
    assert first.get_by_text("This read is open in another tab").is_visible()


def test_submitting_asks_for_nothing_when_everything_is_saved(start):
    screen = start()
    draw(screen)
    screen.saved()
    screen.page.keyboard.press("Enter")  # the first one is about the description that is open beside the mark
    assert screen.api.read["state"] == "in_progress"
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url(f"{screen.url}/")
    assert screen.api.read["state"] == "submitted"


def test_a_read_about_which_nothing_was_said_is_not_submitted(start):
    screen = start()
    screen.page.keyboard.press("Enter")
    wait_for(screen, "Draw a mark, give an answer, or press 0 for no finding.")
    assert screen.api.read["state"] == "in_progress"


def test_a_read_changed_elsewhere_is_shown_before_it_is_submitted(start):
    screen = start(Case().add_series([gradient()]))
    draw(screen)
    screen.saved()
    other = changed_elsewhere(screen)
    screen.page.keyboard.press("Escape")
    screen.page.keyboard.press("Enter")
    wait_for(screen, "This read was changed elsewhere.")
    assert screen.boxes() == [other["geometry"]]
    assert screen.api.read["state"] == "in_progress"
    screen.page.keyboard.press("Enter")
    screen.page.wait_for_url(f"{screen.url}/")
