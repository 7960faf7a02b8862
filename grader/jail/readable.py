"""What a run may read besides its own folder: the interpreter, the installed packages, what the C library looks up."""

from __future__ import annotations

import site
import sys
import sysconfig
from pathlib import Path

from grader.jail.landlock import READ, READ_FILE, USE
from grader.jail.launch import CERTIFICATE

_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/nix/store")
_SHARED = ("/usr/share/zoneinfo", "/usr/share/locale", "/usr/share/i18n")
_CERTIFICATES = (
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
)
_NAMES = (
    "hosts", "host.conf", "resolv.conf", "nsswitch.conf", "gai.conf", "services", "protocols", "localtime", "timezone",
    "os-release", "lsb-release", "mime.types", "locale.alias", "ld.so.cache", "passwd", "group",
)  # fmt: skip
_MACHINE = (
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu/online",
    "/sys/devices/system/cpu/possible",
)
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def places() -> list[tuple[str, int]]:
    """Paths with the rights of `landlock` to them."""
    folders = [*packages(), *_SYSTEM, *_SHARED, *_CERTIFICATES]
    files = [str(CERTIFICATE), *(f"/etc/{name}" for name in _NAMES), *_MACHINE]
    return [
        *((folder, READ) for folder in folders),
        *((file, READ_FILE) for file in files),
        *((device, USE) for device in _DEVICES),
    ]


def packages() -> list[str]:
    """Where this interpreter imports from.

    A kit that is used in its own folder is on the path as well, through a .pth file: that folder stays out, since the
    fixtures and checks lie in it.
    """
    named = sysconfig.get_paths()
    found = [named[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found += [f"{prefix}/lib" for prefix in (sys.base_prefix, sys.base_exec_prefix)]  # libpython, and what it links to
    found += [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    kit = str(Path(__file__).resolve().parents[2])
    found += [path for path in sys.path if path and Path(path).resolve() != Path(kit)]
    return list(dict.fromkeys(path for path in found if path not in ("/", "/lib")))
