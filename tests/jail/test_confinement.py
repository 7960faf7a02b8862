"""What a confined run cannot do, tried by real runs; and which tier is reported where the kernel gives less."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.jail import jail as jails
from grader.jail import landlock, privileges, seccomp
from grader.jail.confine import Confining
from grader.jail.probe import confinement
from grader.jail.tiers import CONFINED, LIMITED, SEPARATE, TIERS, Confinement
from tests import breadth
from tests.jail.test_runs import Lab, limited, until

ROOT = Path(__file__).parents[2]
HAS = sys.platform == "linux" and landlock.version() >= landlock.TCP_SINCE and seccomp.HERE is not None
IN_CI = os.environ.get("CI") == "true"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's")


@pytest.fixture(scope="module")
def confined() -> Iterator[Lab]:
    if not HAS:
        assert not IN_CI or landlock.version() == 0, "the kernel has Landlock, and it is not used"
        pytest.skip("needs Landlock 4 and seccomp")
    lab = Lab("forked")
    yield lab
    lab.close()


def refused(lab: Lab, line: str, before: str = "") -> str:
    """Which exception a line of code ends in, by its name; "done" where in none."""
    code = f"""
import ctypes, os, resource, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    if libc.syscall(number, *args) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
{before}
def answer():
    try:
        {line}
    except OSError as error:
        return type(error).__name__
    return "done"
"""
    outcome = lab.run(code).outcome
    return str(outcome.value) if outcome.kind == "returned" else f"{outcome.kind}: {outcome.why}"


# -- files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        ROOT / "fixtures" / "01-inspect-a-chunk" / "plain.sse",
        ROOT / "challenges" / "01-inspect-a-chunk" / "checks.py",
        ROOT / "solutions" / "01-inspect-a-chunk.py",
        ROOT / "grader" / "checking.py",
        "/proc/self/environ",
        "/proc/self/mem",
        "/etc/shadow",
        "/etc/hostname",
    ],
    ids=str,
)
def test_a_file_that_is_none_of_its_business_cannot_be_read(confined: Lab, path: Path | str) -> None:
    assert Path(path).exists(), "the test would prove nothing"
    assert refused(confined, f"open({str(path)!r}, 'rb').read(1)") == "PermissionError"


@pytest.mark.parametrize("path", [ROOT / "fixtures", ROOT / "challenges", ROOT, "/tmp", "/proc", "/home", "/"], ids=str)
def test_a_folder_that_is_none_of_its_business_cannot_be_listed(confined: Lab, path: Path | str) -> None:
    assert refused(confined, f"os.listdir({str(path)!r})") == "PermissionError"


@pytest.mark.parametrize(
    "line",
    [
        "open('/tmp/left-behind', 'w')",
        "open('/dev/shm/left-behind', 'w')",
        "open(__file__, 'a')",
        "os.remove(__file__)",
        "os.mkdir(os.path.dirname(__file__) + '/more')",
        "os.rename(__file__, 'mine.py')",
        "os.link(__file__, 'mine.py')",
        "os.symlink('/etc/shadow', 'mine'); open('mine')",
        "os.mkdir('up'); os.rename('up', '/tmp/up')",
        "os.mknod('device', 0o600 | 0o020000, os.makedev(1, 1))",
    ],
)
def test_nothing_is_written_outside_its_three_folders(confined: Lab, line: str) -> None:
    assert refused(confined, line) in ("PermissionError", "OSError")


@pytest.mark.parametrize("where", ["mine.txt", "~/mine.txt", "$TMPDIR/mine.txt"])
def test_its_own_folders_can_be_written(confined: Lab, where: str) -> None:
    line = f"open(os.path.expandvars(os.path.expanduser({where!r})), 'w').write('x')"
    assert refused(confined, line) == "done"


def test_what_is_installed_can_still_be_imported(confined: Lab) -> None:
    line = "import wave, zoneinfo, openai.types.chat, pydantic.color, encodings.cp1252; zoneinfo.ZoneInfo('UTC')"
    assert refused(confined, line) == "done"


# -- processes, sockets, the kernel -------------------------------------------------------------------------------------

BEFORE = "fork = ctypes.PyDLL(None).fork"


@pytest.mark.parametrize(
    "line",
    [
        "os.fork()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.system('true') != 127 << 8 or os.listdir('/')",
        "os.popen('true').read()",
        "__import__('subprocess').run(['true'])",
        "os.forkpty()",
        "__import__('multiprocessing').Process(target=print).start()",
        "fork() >= 0 or os.listdir('/')",
        "libc.execv(b'/bin/true', None) == 0 or os.listdir('/')",
        "os.kill(os.getppid(), 0)",
        "os.kill(1, 0)",
        "os.kill(-1, 0)",
        "os.kill(0, 0)",
        "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
        "resource.setrlimit(resource.RLIMIT_CPU, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",  # MPTCP
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
        "socket.create_server(('127.0.0.1', 0))",
        "os.memfd_create('x')",
        "os.setuid(0) or os.setgid(0) or os.chroot('/')",
        "os.chroot('.')",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 5)",
        "os.setpriority(os.PRIO_USER, 0, 5)",
        "os.sched_setaffinity(os.getppid(), {0})",
        "os.sched_setscheduler(os.getppid(), os.SCHED_BATCH, os.sched_param(0))",
        "__import__('fcntl').fcntl(1, 8, os.getppid())",  # F_SETOWN
        "__import__('fcntl').fcntl(open(os.__file__), 1024, 0)",  # F_SETLEASE
        "os.setxattr('.', 'user.mark', b'x')",
        "os.open('/', os.O_RDONLY | os.O_DIRECTORY)",
    ],
)
def test_what_no_task_needs_is_refused(confined: Lab, line: str) -> None:
    if os.geteuid() != 0 and "setuid" in line:
        pytest.skip("who is not root has nothing to lose")
    result = refused(confined, line, BEFORE)
    assert result in ("PermissionError", "ProcessLookupError", "ValueError") or result.startswith("raised"), result
    assert result != "done"


@pytest.mark.parametrize("call", breadth.each(6, sorted(seccomp._CALLS)))
def test_each_call_of_the_table_is_refused_by_the_kernel(confined: Lab, call: str) -> None:
    assert seccomp.HERE is not None
    number = seccomp._CALLS[call][seccomp.HERE.column]
    if number is None:
        pytest.skip("this machine has no such call")
    assert refused(confined, f"call({number}, 0, 0, 0, 0, 0, 0)") == "PermissionError"


def test_a_call_that_is_newer_than_the_table_does_not_exist(confined: Lab) -> None:
    assert refused(confined, "call(500, 0)") == "OSError"
    assert refused(confined, "call(0x40000000 | 39)") == "PermissionError", "the second table of x86_64"


ADDRESS = r"b'\x02\0\0\x09\x7f\0\0\1' + bytes(8)"  # a sockaddr_in: 127.0.0.1, port 9


def test_a_connection_without_connect_is_refused_as_well(confined: Lab) -> None:
    sendto = {"x86_64": 44, "aarch64": 206}[os.uname().machine]
    line = f"call({sendto}, s.fileno(), b'x', 1, 0x20000000, {ADDRESS}, 16)"
    assert refused(confined, line, "s = socket.socket()") == "PermissionError"


def test_only_the_replay_port_can_be_reached_even_without_python(confined: Lab) -> None:
    connect = {"x86_64": 42, "aarch64": 203}[os.uname().machine]
    line = f"call({connect}, s.fileno(), {ADDRESS}, 16)"
    assert refused(confined, line, "s = socket.socket()") == "PermissionError"


def test_threads_can_be_started_and_signals_sent_to_itself(confined: Lab) -> None:
    line = "import threading; t = threading.Thread(target=print); t.start(); t.join(); os.kill(os.getpid(), 0)"
    assert refused(confined, line) == "done"
    assert refused(confined, "signal.setitimer(signal.ITIMER_REAL, 9); signal.raise_signal(signal.SIGCHLD)") == "done"


def test_its_own_priority_and_processors_are_its_own_business(confined: Lab) -> None:
    line = "os.nice(1); os.sched_setaffinity(0, os.sched_getaffinity(os.getpid())); os.setpriority(0, os.getpid(), 5)"
    assert refused(confined, line) == "done"


@pytest.mark.parametrize("do", ["os.chmod({0}, 0o600)", "os.utime({0}, (5, 5))", "os.chown({0}, os.getuid(), -1)"])
def test_modes_times_and_owners_are_only_said_to_be_set(confined: Lab, do: str) -> None:
    """Landlock does not look at them, and an ordinary user's run could change those of all its user's files."""
    code = f"""
        import os
        def answer():
            open("mine", "w").close()
            before = os.stat("mine")
            {do.format("'mine'")}
            {do.format("os.__file__")}
            after = os.stat("mine")
            return before.st_mode == after.st_mode and before.st_mtime == after.st_mtime
        """
    before = Path(os.__file__).stat()
    assert confined.run(code).outcome.value is True
    assert Path(os.__file__).stat() == before


def test_copying_files_works(confined: Lab) -> None:
    assert (
        refused(confined, "import shutil; shutil.copy2(__file__, 'mine'); shutil.copytree('.', '../tmp/all')") == "done"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_a_run_of_root_is_a_user_of_its_own_without_capabilities(confined: Lab) -> None:
    if not confined.jail.drops:
        pytest.skip("root may not change its user here")
    code = """
        import os
        def answer(): return [os.getresuid(), os.getresgid(), os.getgroups(), len(os.sched_getaffinity(0)) > 0]
        """
    one, other = (confined.run(code).outcome.value for _ in range(2))
    assert one[0]["items"] != other[0]["items"], "not the user of the run before"
    assert set(one[0]["items"]) == set(one[1]["items"])
    assert privileges._FIRST <= one[0]["items"][0] < privileges._FIRST + privileges._COUNT
    assert one[2] == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_too_many_threads_are_refused_by_the_kernel(confined: Lab) -> None:
    if not confined.jail.drops:
        pytest.skip("root may not change its user here")
    code = """
        import threading, time
        def answer():
            for _ in range(400): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()
        """
    outcome = confined.run(code).outcome
    assert (outcome.kind, outcome.error["message"]) == ("raised", "can't start new thread")


# -- limits of what it leaves lying ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("for n in range(99): open(f'{n}', 'wb').write(bytes(2**20)); time.sleep(0.01)", "MB to files"),
        ("for n in range(600): os.mkdir(f'{n}'); n % 99 or time.sleep(0.01)", "files"),
        ("for n in range(300): os.mkdir('d'); os.chdir('d'); open('f', 'w'); open('g', 'w'); n % 50 or time.sleep(0.01)",
         "made more than 500 files"),
    ],
    ids=["bytes", "folders", "depth"],
)  # fmt: skip
def test_a_full_folder_ends_the_run_and_is_removed(confined: Lab, code: str, why: str) -> None:
    source = f"import os, time\ndef answer():\n    print(os.getcwd(), flush=True)\n    {code}\n    time.sleep(60)"
    record = confined.run(source)
    assert record.outcome.kind == "killed"
    assert why in record.outcome.why
    root = Path(record.stdout.decode().strip()).parent
    assert until(lambda: not root.exists())


def test_too_many_connections_end_the_run(confined: Lab) -> None:
    code = """
        import os, socket, time, urllib.parse
        def answer():
            url = urllib.parse.urlsplit(os.environ["OPENAI_BASE_URL"])
            held = []
            try:
                while True: held.append(socket.create_connection((url.hostname, url.port)))
            except OSError:
                time.sleep(60)
        """
    outcome = confined.run(code).outcome
    assert outcome.kind == "killed"
    assert "connections open at once" in outcome.why


def test_who_ignores_the_signal_of_the_processor_limit_used_up_its_time(
    confined: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, cpu_s=1)
    code = """
        import signal
        def answer():
            signal.signal(signal.SIGXCPU, signal.SIG_IGN)
            while True: pass
        """
    outcome = confined.run(code).outcome
    assert (outcome.kind, outcome.why) == ("slow", "used up its processor time")


# -- tiers ------------------------------------------------------------------------------------------------------------------


def test_the_order_of_the_tiers() -> None:
    assert Confinement(CONFINED).reaches(SEPARATE)
    assert Confinement(LIMITED).reaches(LIMITED)
    assert not Confinement(SEPARATE).reaches(LIMITED)


@pytest.mark.parametrize("at_most", TIERS)
def test_a_weaker_tier_is_named_and_says_what_is_missing(at_most: str) -> None:
    if at_most == CONFINED and not HAS:
        pytest.skip("needs Landlock 4 and seccomp")
    reached = confinement(Confining(at_most))
    assert reached.tier == at_most
    assert bool(reached.missing) == (at_most != CONFINED)


@pytest.mark.skipif(not HAS, reason="needs Landlock 4 and seccomp")
@pytest.mark.parametrize("part", ["landlock", "seccomp"])
def test_a_part_that_does_not_do_what_it_should_is_not_believed(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if part == "landlock":
        monkeypatch.setattr(landlock, "restrict", lambda _: None)
    else:
        monkeypatch.setattr(seccomp, "install", lambda _: None)
    reached = confinement(Confining())
    assert reached.tier == LIMITED
    assert any("not refused here" in line for line in reached.missing)


@pytest.mark.skipif(not HAS, reason="needs Landlock 4 and seccomp")
@pytest.mark.parametrize("part", ["landlock", "seccomp"])
def test_a_part_that_fails_is_done_without_and_missing(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(1, "not here")

    monkeypatch.setattr(*((landlock, "restrict", fails) if part == "landlock" else (seccomp, "install", fails)))
    confining = Confining()
    reached = confinement(confining)
    assert reached.tier == LIMITED
    assert any("not here" in line for line in reached.missing)
    assert not getattr(confining, part)


def test_the_jail_says_which_tier_it_reached(confined: Lab) -> None:
    assert confined.jail.confinement.tier == CONFINED


def as_somebody(*command: str) -> list[str]:
    """A command as an ordinary user, who may read any file: an interpreter may lie where only root can read."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root and setpriv")
    reads = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", *reads, *command]


@pytest.mark.skipif(not HAS, reason="needs Landlock 4 and seccomp")
def test_an_ordinary_user_reaches_the_same_tier(tmp_path: Path) -> None:
    source = "from grader.jail.probe import main; main('confined')"
    command = as_somebody(sys.executable, "-c", source)
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "TMPDIR": "/tmp"})
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout) == {
        "tier": "confined",
        "missing": [],
        "drops": False,
        "seccomp": True,
        "root": False,
    }


@pytest.mark.skipif(not HAS or os.geteuid() != 0, reason="needs root, Landlock 4 and seccomp")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_a_container_that_knows_no_other_users_is_confined_all_the_same() -> None:
    source = "from grader.jail.probe import main; main('confined')"
    said = subprocess.run(["unshare", "-r", sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True)
    if "unshare failed" in said.stderr:
        pytest.skip("no user name spaces here")
    told = json.loads(said.stdout)
    assert told["tier"] == "confined"
    assert not told["drops"]
    assert told["missing"][0].startswith("a user of its own for each run")


def test_where_the_weakest_is_asked_for_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_ISOLATION", "separate")
    assert jails.probed()["tier"] == "separate"
