"""seccomp: system calls that a run has no use for are refused with EPERM, as a classic BPF program (seccomp(2)).

Everything else is allowed: what a language, its libraries and a kernel's next release need is not for us to know. Calls
that are newer than the table are said not to exist, and every library can do without them.
"""

from __future__ import annotations

import ctypes
import platform
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from grader.jail import libc

# (x86_64, aarch64); None where a machine has no such call. From asm/unistd_64.h and asm-generic/unistd.h.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    # other processes: their memory, descriptors and signals
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "process_madvise": (440, 440),
    "process_mrelease": (448, 448), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    # new processes and programs
    "fork": (57, None), "vfork": (58, None), "execve": (59, 221), "execveat": (322, 281),
    # file systems and name spaces
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "setns": (308, 268), "unshare": (272, 97),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "swapon": (167, 224), "swapoff": (168, 225),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    # the kernel itself
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "acct": (163, 89), "syslog": (103, 116), "iopl": (172, None), "ioperm": (173, None),
    "personality": (135, 92), "vhangup": (153, 58),
    # memory that no limit counts, and that may outlive its maker
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    # and that of others, which is found by numbers that can be guessed
    "shmctl": (31, 195), "semctl": (66, 191), "semop": (65, 193), "semtimedop": (220, 192), "msgctl": (71, 187),
    "msgsnd": (69, 189), "msgrcv": (70, 188), "mq_unlink": (241, 181),
    # what can be written down beside a file without opening it, and outlives the run; Landlock does not look at it
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    # being a server
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
}  # fmt: skip
# Said to be done, and not done: modes, owners and times. An ordinary user's run could change those of all files of that
# user, since Landlock does not look at them. Who copies a file sets them: a refusal would end harmless programs.
_PRETENDED: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
}  # fmt: skip
_LAST = 463  # setxattrat, Linux 6.13: the last one that this table has been compared with
_X32 = 0x40000000  # the bit of a second table of calls on x86_64, which would be a way around this one


@dataclass(frozen=True)
class Machine:
    column: int
    audit: int  # AUDIT_ARCH_*, linux/audit.h
    clone: int
    kill: int
    tgkill: int
    socket: int
    socketpair: int
    sendto: int
    sendmsg: int
    sendmmsg: int
    prctl: int
    prlimit64: int
    ioctl: int
    seccomp: int
    fcntl: int
    setpriority: int
    ioprio_set: int
    scheduling: tuple[int, ...]  # sched_setaffinity, _setscheduler, _setparam, _setattr
    clone3: int = 435


_MACHINES = {
    "x86_64": Machine(
        0, 0xC000003E, 56, 62, 234, 41, 53, 44, 46, 307, 157, 302, 16, 317, 72, 141, 251, (203, 144, 142, 314)
    ),
    "aarch64": Machine(
        1, 0xC00000B7, 220, 129, 131, 198, 199, 206, 211, 269, 167, 261, 29, 277, 25, 140, 30, (122, 119, 118, 274)
    ),
}
HERE = _MACHINES.get(platform.machine())

_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_LOAD, _EQUAL, _GREATER, _AND_SET, _RETURN, _MASK = 0x20, 0x15, 0x25, 0x45, 0x06, 0x54
_NUMBER, _ARCH = 0, 4

_CLONE_THREAD = 0x10000
_AF_UNIX, _AF_INET, _AF_INET6, _SOCK_STREAM, _SOCK_TYPE, _TCP = 1, 2, 10, 1, 0xF, 6
_MSG_FASTOPEN = 0x20000000  # connects without connect(2), which is what Landlock looks at
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C
# Signals to others when something can be read; files that others may not write meanwhile; attributes of files.
_F_SETOWN, _F_SETOWN_EX, _F_SETLEASE, _FIOSETOWN, _SIOCSPGRP = 8, 15, 1024, 0x8901, 0x8902
_FILE_ATTRIBUTES = (0x40086602, 0x401C5820, 0x40806685)  # FS_IOC_SETFLAGS, _FSSETXATTR, _ENABLE_VERITY
_PRIO_PROCESS, _IOPRIO_WHO_PROCESS = 0, 1
_THE_PROCESS = 0x7FFFFFFE  # stands for the id of the process that installs the filter


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _argument(index: int) -> bytes:
    """Loads the low half of an argument: flags, descriptors, process ids and families have no more."""
    return _op(_LOAD, 16 + 8 * index)


_GRANT = _op(_RETURN, _ALLOW)
_DENY = _op(_RETURN, _ERRNO | _EPERM)
_UNKNOWN = _op(_RETURN, _ERRNO | _ENOSYS)
_PRETEND = _op(_RETURN, _ERRNO)


def _case(number: int, *body: bytes) -> bytes:
    """Where the call is this one, `body`, which ends in a return."""
    code = b"".join(body)
    return _op(_EQUAL, number, 0, len(code) // 8) + code


def _only(values: Iterable[int]) -> list[bytes]:
    """Goes on where what is loaded is one of `values`; others are refused."""
    values = list(values)
    tests = [_op(_EQUAL, value, len(values) - index, 0) for index, value in enumerate(values)]
    return [*tests, _DENY]


def _none_of(values: Iterable[int]) -> list[bytes]:
    """Refused where what is loaded is one of `values`; others go on."""
    values = list(values)
    tests = [
        _op(_EQUAL, value, len(values) - 1 - index, 1 if index == len(values) - 1 else 0)
        for index, value in enumerate(values)
    ]
    return [*tests, _DENY]


def _filter(machine: Machine) -> bytes:
    """The program, with `_THE_PROCESS` where the process's own id belongs."""
    refused = [number for calls in _CALLS.values() if (number := calls[machine.column]) is not None]
    pretended = [number for calls in _PRETENDED.values() if (number := calls[machine.column]) is not None]
    own = _only([0, _THE_PROCESS])
    fast_open = (_op(_AND_SET, _MSG_FASTOPEN, 0, 1), _DENY, _GRANT)
    return b"".join(
        [
            _op(_LOAD, _ARCH), _op(_EQUAL, machine.audit, 1, 0), _op(_RETURN, _KILL),
            _op(_LOAD, _NUMBER),
            _op(_GREATER, _X32 - 1, 0, 1), _DENY,
            _op(_GREATER, _LAST, 0, 1), _UNKNOWN,
            # The C library makes threads with clone, whose flags can be seen, where there is no clone3.
            _case(machine.clone3, _UNKNOWN),
            *(_case(number, _DENY) for number in refused),
            *(_case(number, _PRETEND) for number in pretended),
            _case(machine.clone, _argument(0), _op(_AND_SET, _CLONE_THREAD, 1, 0), _DENY, _GRANT),
            _case(machine.kill, _argument(0), *_only([_THE_PROCESS]), _GRANT),
            _case(machine.tgkill, _argument(0), *_only([_THE_PROCESS]), _GRANT),
            _case(machine.prlimit64, _argument(0), *own, _GRANT),
            *(_case(number, _argument(0), *own, _GRANT) for number in machine.scheduling),
            _case(machine.setpriority, _argument(0), *_only([_PRIO_PROCESS]), _argument(1), *own, _GRANT),
            _case(machine.ioprio_set, _argument(0), *_only([_IOPRIO_WHO_PROCESS]), _argument(1), *own, _GRANT),
            _case(machine.fcntl, _argument(1), *_none_of([_F_SETOWN, _F_SETOWN_EX, _F_SETLEASE]), _GRANT),
            _case(machine.socket, _argument(0), *_only([_AF_INET, _AF_INET6]),
                  _argument(1), _op(_MASK, _SOCK_TYPE), *_only([_SOCK_STREAM]),
                  _argument(2), *_only([0, _TCP]), _GRANT),
            _case(machine.socketpair, _argument(0), *_only([_AF_UNIX]), _GRANT),
            _case(machine.sendto, _argument(3), *fast_open),
            _case(machine.sendmsg, _argument(2), *fast_open),
            _case(machine.sendmmsg, _argument(3), *fast_open),
            _case(machine.prctl, _argument(0),
                  *_none_of([libc.PR_SET_PDEATHSIG, libc.PR_SET_DUMPABLE, libc.PR_SET_MM, libc.PR_SET_CHILD_SUBREAPER,
                             libc.PR_SET_PTRACER]), _GRANT),
            _case(machine.ioctl, _argument(1),
                  *_none_of([_TIOCSTI, _TIOCLINUX, _FIOSETOWN, _SIOCSPGRP, *_FILE_ATTRIBUTES]), _GRANT),
            _GRANT,
        ]
    )  # fmt: skip


_TEMPLATE = _filter(HERE) if HERE is not None else b""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def install(pid: int) -> None:
    """Refuses from now on. `pid` is the caller's own. NO_NEW_PRIVS must be set.

    Raises OSError where the kernel has no filters or refuses, or the machine is one whose calls this table lacks.
    """
    if HERE is None:
        raise OSError(_ENOSYS, f"no table of system calls for {platform.machine()}")
    code = _TEMPLATE.replace(struct.pack("=I", _THE_PROCESS), struct.pack("=I", pid))
    program = _Program(len(code) // 8, code)
    set_mode_filter = 1
    libc.syscall(HERE.seccomp, set_mode_filter, 0, ctypes.byref(program))
