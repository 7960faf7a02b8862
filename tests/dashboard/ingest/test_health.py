"""What somebody who watches over a dashboard is told, and who is told nothing."""

from pathlib import Path

import requests

from grader.classroom.store.store import Store
from tests.classroom.postgres import Postgres
from tests.dashboard.ingest.gradings import SOLUTION, graded
from tests.dashboard.ingest.serving import Served, serve


def test_a_dashboard_is_well_while_its_database_answers(served: Served) -> None:
    answer = requests.get(served.url + "/healthz", timeout=10)
    assert (answer.status_code, answer.text) == (200, "well\n")


def test_it_is_not_well_without_its_database_and_takes_nothing() -> None:
    with Postgres() as postgres, Store(postgres.new_database()) as store, serve(store) as served:
        token = served.token("ada")
        postgres.stop()
        assert requests.get(served.url + "/healthz", timeout=30).status_code == 503
        postgres.start()
        assert requests.get(served.url + "/healthz", timeout=30).status_code == 200
        assert served.send(graded(SOLUTION), token).status_code == 201


def test_figures_count_what_was_taken_and_refused_and_name_nobody(one: Served) -> None:
    one.send(graded(SOLUTION), one.token("ada-lovelace"))
    one.send(graded(SOLUTION), "wrong")
    text = requests.get(one.url + "/metrics", timeout=10).text
    assert 'grader_reports_total{provenance="local",status="pass"}' in text
    assert 'grader_requests_refused_total{status="401"}' in text
    assert 'grader_request_seconds_bucket{le="0.005",method="POST",route="/api/v1/reports",status="201"}' in text
    assert "grader_requests_waiting 0.0" in text and 'grader_regrade_queue{state="waiting"} 0.0' in text
    assert "ada" not in text and "01-inspect" not in text


def test_an_address_that_somebody_makes_up_makes_no_figure_of_its_own(one: Served) -> None:
    for path in ("/no-such-page", "/api/v1/none", "/static/none.css"):
        requests.get(one.url + path, timeout=10)
    requests.request("BREW", one.url + "/made-up", timeout=10)
    text = requests.get(one.url + "/metrics", timeout=10).text
    assert "no-such-page" not in text and "made-up" not in text and "BREW" not in text
    assert 'method="GET",route="",status="404"' in text


def test_figures_are_for_this_machine_or_for_who_has_the_token(tmp_path: Path) -> None:
    with Store(str(tmp_path / "grades.db")) as store, serve(store, metrics_token="open-sesame") as served:

        def status(**headers: str) -> int:
            return requests.get(served.url + "/metrics", headers=headers, timeout=10).status_code

        through_a_proxy = {"X-Forwarded-For": "203.0.113.9"}
        assert status() == 200
        assert status(**through_a_proxy) == 403
        assert status(**through_a_proxy, Authorization="Bearer wrong") == 403
        assert status(**through_a_proxy, Authorization="Bearer open-sesame") == 200


def test_without_a_token_no_token_opens_them(one: Served) -> None:
    for given in ("Bearer ", "Bearer", ""):
        headers = {"X-Forwarded-For": "203.0.113.9", "Authorization": given}
        assert requests.get(one.url + "/metrics", headers=headers, timeout=10).status_code == 403
