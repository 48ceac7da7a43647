"""What the system refuses the process that reads files: new privileges, files, the network and other processes.

Landlock's system calls are called here: its package for Python has no release yet, and takes the error of an earlier
call for one of its own. pyseccomp needs the system's libseccomp.
"""

import ctypes
import errno
import os
import sys
import sysconfig
from enum import StrEnum
from pathlib import Path

_PR_SET_NO_NEW_PRIVS = 38

_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_FILE_RIGHTS = (13, 14, 15, 15, 16)
"""How many rights to files the versions of Landlock know, from the first on; each is one bit."""

_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3

_CLONE_THREAD = 0x10000

_NETWORK_CALLS = ("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "io_uring_setup")
_PROCESS_CALLS = (
    *("fork", "vfork", "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_open"),
    *("pidfd_getfd", "pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "setns", "unshare", "bpf"),
)
_SIGNAL_CALLS = ("kill", "tkill", "tgkill")


class Restriction(StrEnum):
    """What a confined process is refused."""

    PRIVILEGES = "new privileges"
    FILES = "other files"
    NETWORK = "the network"
    PROCESSES = "other processes"


def confine() -> list[Restriction]:
    """Confine this process, which has one thread, for good; return what this system cannot refuse it.

    It may still read the code of Python and of this package.
    """
    missing = [] if _forbid_new_privileges() else [Restriction.PRIVILEGES]
    if not _forbid_system_calls():  # first, since pyseccomp looks for its library with another process
        missing += [Restriction.NETWORK, Restriction.PROCESSES]
    if not _forbid_files(_code_folders()):
        missing.append(Restriction.FILES)
    return missing


def _code_folders() -> list[Path]:
    """Return the folders that modules and their libraries are loaded from; not all of `sys.path`, which may be ours."""
    paths = sysconfig.get_paths()
    installed = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed += [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    places = [*installed, str(Path(__file__).parents[1]), "/lib", "/lib64", "/usr/lib", "/usr/lib64"]
    return [Path(place) for place in dict.fromkeys(places) if Path(place).is_dir()]


def _forbid_new_privileges() -> bool:
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _forbid_files(readable: list[Path]) -> bool:
    """Forbid every file but those below some folders, which may be read; False where there is no Landlock."""
    if sys.platform != "linux":
        return False
    call = ctypes.CDLL(None).syscall
    version = call(_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _LANDLOCK_CREATE_RULESET_VERSION)
    if version < 1:
        return False
    rights = ctypes.c_uint64((1 << _FILE_RIGHTS[min(version, len(_FILE_RIGHTS)) - 1]) - 1)
    ruleset = call(_LANDLOCK_CREATE_RULESET, ctypes.byref(rights), ctypes.c_size_t(ctypes.sizeof(rights)), 0)
    if ruleset < 0:
        return False
    for path in readable:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = _PathBeneath(_READ_FILE | _READ_FOLDER, folder)
        is_added = call(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(rule), 0) == 0
        os.close(folder)
        if not is_added:
            return False
    is_confined = bool(call(_LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return is_confined


def _forbid_system_calls() -> bool:
    """Forbid sockets and other processes; False where there is no seccomp, or no library for it."""
    try:
        import pyseccomp
    except (ImportError, RuntimeError, OSError):
        return False
    refuse = pyseccomp.ERRNO(errno.EPERM)
    try:
        rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        for name in (*_NETWORK_CALLS, *_PROCESS_CALLS):
            rules.add_rule(refuse, name)
        for name in _SIGNAL_CALLS:
            rules.add_rule(refuse, name, pyseccomp.Arg(0, pyseccomp.NE, os.getpid()))
        # Threads stay allowed; the C library falls back to clone where there is no clone3, whose flags lie in memory.
        rules.add_rule(refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
        rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
        rules.load()
    except (OSError, ValueError):
        return False
    return True
