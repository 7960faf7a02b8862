"""For each route of the dashboard a request that it can answer: what test_roles.py tries as everybody.

Whoever adds a route adds a line here. `{…}` in addresses and forms is filled in, see `Scene`.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

import sqlalchemy as sa

from grader.classroom import roster as rosters
from grader.classroom.store.standing import standings
from grader.dashboard.access.accounts import invite
from grader.dashboard.access.kept import Signer
from grader.dashboard.access.sessions import hashed
from grader.dashboard.access.student_links import links_for
from grader.dashboard.access.viewer import Role, Viewer
from grader.dashboard.desk import Desk
from grader.dashboard.reading import roster
from tests.dashboard.access.looking import account
from tests.dashboard.classes import FIRST

CLASS, STUDENT = "class", "student"
PROF = Viewer(Role.instructor, "prof")
CANVAS = (
    b"Student,ID,SIS User ID,SIS Login ID,Section,01-inspect-a-chunk (1)\n  Points Possible,,,,,10\nAda,1,ada,ada,A,\n"
)
PACKED = base64.b64encode(zlib.compress(b"a,b\r\n")).decode()
ROSTER = "id,name,section\nada,Ada Lovelace,A\n"


@dataclass(frozen=True)
class Example:
    address: str
    about: str = CLASS  # STUDENT: tried with one student of each section, and not for everybody to see
    form: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    ok: tuple[int, ...] = (200, 303)  # what who may pass is answered
    streams: bool = False  # an answer that does not end


EXAMPLES: dict[str, Example] = {
    "GET /": Example("/"),
    "GET /static/{name}": Example("/static/dashboard.css"),
    # -- coming and going
    "GET /login": Example("/login"),
    "POST /login": Example("/login", form={"login": "nobody-there", "password": "x"}, ok=(403,)),
    "POST /logout": Example("/logout"),
    "GET /join/{token}": Example("/join/{invitation}"),
    "POST /join/{token}": Example(
        "/join/{invitation}", form={"login": "new", "password": "short", "again": "short"}, ok=(422,)
    ),
    "GET /password": Example("/password"),
    "POST /password": Example("/password", form={"old": "x", "new": "y", "again": "z"}, ok=(422,)),
    "GET /me/{token}": Example("/me/{link}"),
    "POST /student/link": Example("/student/link", STUDENT, {"id": "{student}"}),
    "POST /student/links/end": Example("/student/links/end", STUDENT, {"id": "{student}"}),
    "POST /students/links.csv": Example("/students/links.csv"),
    "POST /students/links/end": Example("/students/links/end"),
    # -- accounts and history
    "GET /accounts": Example("/accounts"),
    "POST /accounts/invite": Example("/accounts/invite", form={"role": "assistant", "section": "A"}),
    "POST /accounts/withdraw": Example("/accounts/withdraw", form={"invitation": "{invitation_hash}"}),
    "POST /accounts/{id}/end": Example("/accounts/{account}/end"),
    "GET /history": Example("/history?what=login&text=a&page=1"),
    # -- who may send
    "GET /senders": Example("/senders?kind=token&text=a&page=1"),
    "POST /senders/token": Example("/senders/token", form={"student": "ada"}),
    "POST /senders/tokens.csv": Example("/senders/tokens.csv"),
    "POST /senders/key": Example("/senders/key", form={"student": "ada", "key": f"SHA256:{'A' * 43}"}),
    "POST /senders/repositories": Example("/senders/repositories", form={"platform": "github", "lines": "1,ada"}),
    "POST /senders/workflow": Example("/senders/workflow", form={"platform": "github", "workflow": "a/b@refs/tags/v1"}),
    "POST /senders/{id}/end": Example("/senders/1/end"),
    # -- the class
    "GET /misconceptions": Example("/misconceptions"),
    "GET /misconceptions/{id}": Example("/misconceptions/buffers-body"),
    "GET /challenges": Example("/challenges"),
    "GET /challenges/{id}": Example("/challenges/{challenge}"),
    "GET /activity": Example("/activity"),
    "GET /lecture": Example("/lecture"),
    "GET /lecture/{token}": Example("/lecture/{lecture}"),
    "POST /lecture/link": Example("/lecture/link", form={"section": "A", "days": "30"}),
    "GET /live": Example("/live"),
    "GET /live/events": Example("/live/events?after=0", streams=True),
    "GET /similar": Example("/similar?challenge={challenge}"),
    "GET /exports": Example("/exports"),
    "GET /exports/grades": Example("/exports/grades?form=long"),
    "POST /exports/fill": Example("/exports/fill", form={"platform": "canvas"}, files={"file": ("canvas.csv", CANVAS)}),
    "POST /exports/filled": Example("/exports/filled", form={"platform": "canvas", "packed": PACKED}),
    # -- the class, changed
    "GET /regrade": Example("/regrade"),
    "POST /regrade/begin": Example("/regrade/begin", ok=(400,)),  # no challenge was chosen: nothing is graded for this
    "POST /regrade/go-on": Example("/regrade/go-on", ok=(303, 409)),
    "GET /regrade/decide": Example("/regrade/decide?what=commit&of={sitting}"),
    "POST /regrade/decide": Example("/regrade/decide", form={"sitting": "{sitting}", "what": "discard"}),
    "GET /roster": Example("/roster"),
    "POST /roster": Example("/roster", form={"text": ROSTER}),
    "POST /roster/import": Example("/roster/import", form={"preview": "{preview}", "seen": "{seen}"}),
    # -- a student
    "GET /student": Example("/student?id={student}", STUDENT),
    "GET /attempts/{report_id}": Example("/attempts/{report}", STUDENT),
    "GET /attempts/{report_id}/runs/{number}": Example("/attempts/{report}/runs/1", STUDENT),
    "GET /attempts/{report_id}/source": Example("/attempts/{report}/source", STUDENT),
    # -- the API: who sends is no viewer, and these are answered as nobody
    "POST /api/v1/reports": Example("/api/v1/reports", ok=(400, 401, 415)),
    "PUT /api/v1/sources/{sha256}": Example(f"/api/v1/sources/{'0' * 64}", ok=(400, 401, 415)),
    "GET /healthz": Example("/healthz"),
    "GET /metrics": Example("/metrics", ok=(200, 401, 403)),
}


@dataclass(frozen=True)
class Scene:
    """What examples speak of. What can be used once is made anew whenever it is asked for."""

    desk: Desk
    student: str

    def filled(self, text: str) -> str:
        return text.format_map(_Parts(self)) if "{" in text else text

    @cached_property
    def report(self) -> int:
        """One of the student's, to the first challenge."""
        of = (standings.c.student == self.student, standings.c.challenge == FIRST)
        return int(self.desk.store.read(sa.select(standings.c.last_report).where(*of))[0][0])

    def part(self, name: str) -> str:
        match name:
            case "student":
                return self.student
            case "challenge":
                return FIRST
            case "report":
                return str(self.report)
            case "link":
                return links_for(self.desk, [self.student])[self.student].rpartition("/")[2]
            case "invitation":
                return invite(self.desk, None, PROF, Role.instructor)
            case "invitation_hash":
                return hashed(invite(self.desk, None, PROF, Role.instructor))
            case "lecture":
                until = self.desk.clock()
                chosen = {
                    "section": "",
                    "challenge": "",
                    "first": "2026-01-01",
                    "until": until.isoformat(),
                    "by": "prof",
                }
                return Signer(self.desk, "lecture").signed(chosen)
            case "sitting":
                return str(self.desk.store.begin("regrade", policy="fixed:7", kit="0.1.0", who="prof"))
            case "preview":
                return roster.put_aside(self.desk.store, ROSTER, self.desk.clock())
            case "seen":
                return roster.preview(rosters.parse(ROSTER, "the roster"), self.desk.store.students()).seen
            case "account":
                many = sa.select(sa.func.count()).select_from(sa.text("accounts"))
                return str(account(self.desk, f"to-be-ended-{self.desk.store.read(many)[0][0]}", Role.instructor))
        raise KeyError(f"{{{name}}} is not known here: add it to Scene.part")


class _Parts(dict[str, str]):
    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def __missing__(self, name: str) -> str:
        return quote(self._scene.part(name), safe="") if name != "student" else self._scene.part(name)
