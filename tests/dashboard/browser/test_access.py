"""Coming in and going out, and what each role finds."""

from __future__ import annotations

import pytest

from grader.dashboard.access.accounts import invite
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.web import student_link
from tests.dashboard.browser.addresses import report_of
from tests.dashboard.browser.conftest import PASSWORD, Opened, Served
from tests.dashboard.browser.looking import axe_clean, no_sideways


def test_somebody_unknown_is_asked_to_log_in_and_then_comes_where_they_wanted_to(opened: Opened, states) -> None:
    with opened("nobody", quiet=False) as tab:
        tab.goto("/history?what=join")
        assert tab.locator("h1").inner_text() == "Log in"
        no_sideways(tab)
        axe_clean(tab)
        tab.get_by_label("Login").fill("prof")
        tab.get_by_label("Password").fill("something else")
        tab.get_by_role("button", name="Log in").click()
        assert tab.get_by_role("alert").is_visible()
        assert "prof" not in tab.get_by_role("alert").inner_text()
        tab.get_by_label("Login").fill("prof")
        tab.get_by_label("Password").fill(PASSWORD)
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/history?what=join")
        tab.get_by_role("button", name="Log out").click()
        tab.goto("/")
        assert tab.locator("h1").inner_text() == "Log in"


def test_it_all_works_without_javascript(opened: Opened, states) -> None:
    with opened("nobody", java_script_enabled=False) as tab:
        tab.goto("/login")
        tab.get_by_label("Login").fill("helper")
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Log in").click()
        assert tab.get_by_role("link", name="Misconceptions", exact=True).is_visible()
        tab.get_by_role("button", name="Log out").click()
        assert not tab.get_by_role("link", name="Misconceptions", exact=True).is_visible()


def test_an_invitation_is_good_once_and_what_is_wrong_with_a_password_is_said(opened: Opened, served: Served) -> None:
    token = invite(served.desk, None, Viewer(Role.instructor, "a test"), Role.assistant, "B")
    with opened("nobody", quiet=False) as tab:
        tab.goto(f"/join/{token}")
        axe_clean(tab)
        tab.get_by_label("Login").fill("second")
        tab.get_by_label("Password, at least").fill(PASSWORD)
        tab.get_by_label("The same once more").fill(f"{PASSWORD}!")
        tab.get_by_role("button", name="Make the account").click()
        assert tab.get_by_role("alert").is_visible()
        tab.get_by_label("Password, at least").fill(PASSWORD)
        tab.get_by_label("The same once more").fill(PASSWORD)
        tab.get_by_role("button", name="Make the account").click()
        assert "section B" in tab.locator(".who").inner_text()
        answer = tab.goto(f"/join/{token}")
        assert answer is not None
        assert answer.status == 404


def test_an_assistant_sees_their_section_and_no_more(opened: Opened, served: Served) -> None:
    with opened("assistant", quiet=False) as tab:
        tab.goto("/")
        assert tab.get_by_text("Ada Lovelace").count() >= 1
        assert tab.get_by_text("Zoe Idle").count() == 0
        assert tab.get_by_role("link", name="Accounts").count() == 0
        for address in (student_link("gus"), f"/attempts/{report_of(served.desk, 'gus', 0)}", "/accounts", "/regrade"):
            answer = tab.goto(address)
            assert answer is not None
            assert answer.status in (403, 404), address
            assert "Gus" not in tab.locator("body").inner_text()


def test_a_student_comes_by_their_link_and_sees_their_own_page_alone(opened: Opened, served: Served) -> None:
    with opened("student", quiet=False) as tab:
        answer = tab.goto(student_link("ada"))
        assert answer is not None
        assert answer.status == 200
        assert tab.locator("nav[aria-label=Pages]").count() == 0
        no_sideways(tab)
        axe_clean(tab)
        tab.goto(f"/attempts/{report_of(served.desk, 'ada', 0)}")
        axe_clean(tab)
        assert str(7) not in tab.locator("#origin").inner_text().split(), "the seed is not for learners"
        for address in ("/", student_link("ben"), f"/attempts/{report_of(served.desk, 'ben', 0)}", "/exports", "/live"):
            answer = tab.goto(address)
            assert answer is not None
            assert answer.status in (403, 404) or tab.url.endswith(student_link("ada")), address
            assert "Ben" not in tab.locator("body").inner_text()


def test_who_did_what_stands_in_the_history(opened: Opened) -> None:
    with opened() as tab:
        tab.goto("/history")
        said = tab.locator("table").inner_text()
        for what in ("prof", "helper", "student ada"):
            assert what in said


@pytest.mark.parametrize("role", ["assistant", "student"])
def test_each_role_is_told_who_they_are(opened: Opened, role: str) -> None:
    with opened(role) as tab:
        tab.goto(student_link("ada"))
        assert role in tab.locator(".who").inner_text()
