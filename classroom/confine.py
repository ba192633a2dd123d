"""Lock this process in where the system grants no namespaces: Landlock, a filter, another user.

It runs in the student's process before any of the student's code, and nothing undoes it. Landlock
(Linux 5.13) closes the file system but for what is listed. A filter of system calls (seccomp) takes
away sockets, signals to other processes, tracing and the calls by which such locks have been
broken before. Root becomes nobody.
"""

import contextlib
import ctypes
import json
import os
import platform
import struct

READ = 1 << 0 | 1 << 2 | 1 << 3  # execute, read a file, list a folder
FILE = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15  # what can be allowed for a single file
RULESET, RULE, RESTRICT = 444, 445, 446  # the system calls, the same on all machines
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
NOBODY = 65534
READ_ANYWHERE = 2  # the capability CAP_DAC_READ_SEARCH; Landlock still decides where
# System call -> its number on x86_64 and aarch64; None where there is none. Refused everywhere: what
# opens much of the kernel, and its keys, which no namespace parts from the instructor's.
KERNEL = {
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "open_by_handle_at": (304, 265),
    "open_tree": (428, 428), "fsopen": (430, 430), "kcmp": (312, 272),
}
# Refused where nothing parts this process from the others: what reaches one, or stays behind.
OTHERS = {
    "socket": (41, 198), "kill": (62, 129), "tkill": (200, 130), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122), "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180),
}
# Landlock lets these through wherever the path leads: rights, owners, times, marks, watching.
FILES = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466), "file_setattr": (469, 469), "inotify_init": (253, None),
    "inotify_init1": (294, 26), "fanotify_init": (300, 262),
}
# Refused with these second arguments: a signal to another process, leases, marks on files.
COMMANDS = {(72, 25): (8, 10, 15, 1024, 1026),
            (16, 29): (0x8901, 0x8902, 0x5412, 0x40086602, 0x401C5820)}
# Allowed for the process itself: its own number, or 0, as the first argument.
OWN = {"tgkill": (234, 131), "prlimit64": (302, 261)}
CLONE, CLONE3 = (56, 220), 435
APART = 0x8000 | 0x20000 | 0x7E000000  # a child of the parent's, or with namespaces of its own
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
libc = ctypes.CDLL(None, use_errno=True)


def confine(settings: str) -> None:
    """Lock this process in.

    Parameters
    ----------
    settings : str
        JSON with the lists ``read`` and ``write`` of paths.

    Raises
    ------
    OSError
        The system has not what this needs; the text says what.
    """
    paths = json.loads(settings)
    if os.geteuid() == 0:
        _become_nobody(paths["write"])
    _call("no new privileges", libc.prctl, 38, 1, 0, 0, 0)
    _landlock(paths["read"], paths["write"])
    refuse_calls(alone=False)


def _call(what, function, *arguments):
    """Call a function of the C library that returns a negative number where it fails."""
    result = function(*(a if not isinstance(a, int) else ctypes.c_long(a) for a in arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"this system has no {what} ({os.strerror(number)})")
    return result


def _become_nobody(folders):
    for folder in folders:
        os.chown(folder, NOBODY, NOBODY)
    _call("capabilities", libc.prctl, 8, 1, 0, 0, 0)  # keep them over the change of user
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    # All are dropped but the one to read Python where it lies in root's own folder.
    header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0))
    data = ctypes.create_string_buffer(struct.pack("6I", *[1 << READ_ANYWHERE] * 2, 0, 0, 0, 0))
    _call("capabilities", libc.capset, header, data)


def _landlock(read, write):
    version = _call("Landlock", libc.syscall, RULESET, 0, 0, 1)
    files = (1 << (13 + (version >= 2) + (version >= 3) + (version >= 5))) - 1
    rules = [files, 3 if version >= 4 else 0, 3 if version >= 6 else 0]  # and TCP, and signals
    size = 8 * (1 + (version >= 4) + (version >= 6))
    attributes = ctypes.create_string_buffer(struct.pack("3Q", *rules))
    ruleset = _call("Landlock", libc.syscall, RULESET, attributes, size, 0)
    for path, rights in [*((path, READ) for path in (*read, *FACTS)),
                         *((path, files) for path in write),
                         *((path, READ | 1 << 1) for path in DEVICES)]:
        if os.path.exists(path):
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rights &= files if os.path.isdir(path) else files & FILE
            rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, place))
            _call("Landlock", libc.syscall, RULE, ruleset, 1, rule, 0)
            os.close(place)
    _call("Landlock", libc.syscall, RESTRICT, ruleset, 0)
    os.close(ruleset)


def harden() -> None:
    """Take away, inside namespaces of its own, the calls in `KERNEL`, where that can be done."""
    with contextlib.suppress(OSError):
        _call("no new privileges", libc.prctl, 38, 1, 0, 0, 0)
        refuse_calls(alone=True)


def refuse_calls(alone: bool) -> None:
    """Install a program that the kernel runs at every system call.

    Parameters
    ----------
    alone : bool
        Whether namespaces part this process from all others. Where they do not, far more is
        refused.

    Raises
    ------
    OSError
        This machine has no such filter.
    """
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        raise OSError(f"there is no filter of system calls for {machine} here")
    column = list(ARCHITECTURES).index(machine)
    groups = [KERNEL] if alone else [KERNEL, OTHERS, FILES]
    refused = [numbers[column] for group in groups for numbers in group.values()]
    load, equal, at_least, has, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    allow, no, unknown = 0x7FFF0000, 0x00050001, 0x00050026  # the errors are EPERM and ENOSYS
    program = [(load, 0, 0, 4), (equal, 1, 0, ARCHITECTURES[machine]), (answer, 0, 0, no),
               (load, 0, 0, 0)]
    if machine == "x86_64":  # the same calls under other numbers
        program += [(at_least, 0, 1, 0x40000000), (answer, 0, 0, no)]
    for number in refused:
        if number is not None:
            program += [(equal, 0, 1, number), (answer, 0, 0, no)]
    # `clone3` hides its flags from this program; told that there is none, systems use `clone`.
    program += [(equal, 0, 1, CLONE3), (answer, 0, 0, unknown),
                (equal, 0, 4, CLONE[column]), (load, 0, 0, 16), (has, 0, 1, APART),
                (answer, 0, 0, no), (answer, 0, 0, allow)]
    for numbers in () if alone else OWN.values():
        program += [(equal, 0, 5, numbers[column]), (load, 0, 0, 16), (equal, 1, 0, 0),
                    (equal, 0, 1, os.getpid()), (answer, 0, 0, allow), (answer, 0, 0, no)]
    for numbers, values in () if alone else COMMANDS.items():
        program += [(equal, 0, 2 + 2 * len(values), numbers[column]), (load, 0, 0, 24)]
        for value in values:
            program += [(equal, 0, 1, value), (answer, 0, 0, no)]
        program.append((answer, 0, 0, allow))
    program.append((answer, 0, 0, allow))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program),
                                                     ctypes.addressof(code)))
    _call("filter of system calls", libc.prctl, 22, 2, header)
