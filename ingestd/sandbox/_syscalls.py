"""The numbers of the system calls that our filter names, from the kernel's tables.

x86_64: arch/x86/entry/syscalls/syscall_64.tbl. aarch64: include/uapi/asm-generic/unistd.h.
"""

from collections.abc import Mapping
from dataclasses import dataclass

_NUMBERS = """
brk                12 214
madvise            28 233
mremap             25 216
munmap             11 215
mmap                9 222
mprotect           10 226
futex             202  98
clock_gettime     228 113
clock_getres      229 114
clock_nanosleep   230 115
nanosleep          35 101
gettimeofday       96 169
times             100 153
getrusage          98 165
getpid             39 172
gettid            186 178
getrandom         318 278
rt_sigaction       13 134
rt_sigprocmask     14 135
rt_sigreturn       15 139
sigaltstack       131 132
restart_syscall   219 128
sched_yield        24 124
close               3  57
exit               60  93
exit_group        231  94
sendto             44 206
recvfrom           45 207
read                0  63
write               1  64
open                2   -
stat                4   -
fstat               5  80
lstat               6   -
poll                7   -
lseek               8  62
pread64            17  67
readv              19  65
writev             20  66
access             21   -
dup                32  23
dup2               33   -
dup3              292  24
fcntl              72  25
uname              63 160
getcwd             79  17
readlink           89   -
readlinkat        267  78
umask              95 166
sysinfo            99 179
getuid            102 174
getgid            104 176
geteuid           107 175
getegid           108 177
getppid           110 173
arch_prctl        158   -
sched_getaffinity 204 123
getdents64        217  61
set_tid_address   218  96
fadvise64         221 223
openat            257  56
newfstatat        262  79
faccessat         269  48
faccessat2        439 439
ppoll             271  73
set_robust_list   273  99
prlimit64         302 261
statx             332 291
rseq              334 293
clone              56 220
clone3            435 435
seccomp           317 277
execve             59 221
execveat          322 281
ptrace            101 117
process_vm_readv  310 270
process_vm_writev 311 271
kill               62 129
tkill             200 130
rt_sigqueueinfo   129 138
rt_tgsigqueueinfo 297 240
pidfd_send_signal 424 424
pidfd_open        434 434
pidfd_getfd       438 438
fork               57   -
vfork              58   -
bpf               321 280
perf_event_open   298 241
userfaultfd       323 282
io_uring_setup    425 425
io_uring_enter    426 426
io_uring_register 427 427
init_module       175 105
finit_module      313 273
delete_module     176 106
kexec_load        246 104
kexec_file_load   320 294
keyctl            250 219
add_key           248 217
request_key       249 218
mount             165  40
umount2           166  39
pivot_root        155  41
chroot            161  51
unshare           272  97
setns             308 268
reboot            169 142
swapon            167 224
"""

ALLOWED = (
    "futex brk munmap mremap madvise clock_gettime gettimeofday getrandom rt_sigaction"
    " rt_sigprocmask rt_sigreturn sigaltstack restart_syscall clock_getres clock_nanosleep nanosleep"
    " times getrusage getpid gettid sched_yield close exit exit_group"
).split()
"""Memory, time, the process's own signals, and ending."""

MAPPING = ("mmap", "mprotect")
"""Allowed, but never to execute; their third argument is the protection."""

TRANSFER = ("sendto", "recvfrom")
"""Allowed on the one socket only; what send and recv of the C library call."""

FILES = (
    "read write open stat fstat lstat poll lseek pread64 readv writev access dup dup2 dup3 uname getcwd"
    " readlink readlinkat umask sysinfo getuid getgid geteuid getegid getppid arch_prctl"
    " sched_getaffinity getdents64 set_tid_address fadvise64 openat newfstatat faccessat faccessat2"
    " ppoll set_robust_list statx rseq execve"
).split()
"""What a program is allowed besides: to begin, and to open what Landlock permits. Nothing that makes,
changes or removes a file, a socket, a process or a thread."""

ASKING = {"prlimit64": 2}
"""Allowed to a program while that argument is 0: to ask for its limits, not to set anybody's."""

CONTROLLING = ("fcntl", (0, 1, 2, 3, 1030))
"""Allowed to a program with these commands: F_DUPFD, F_GETFD, F_SETFD, F_GETFL and F_DUPFD_CLOEXEC."""

THREADS = ("set_robust_list", "rseq")
"""What a thread calls as it begins; allowed where threads are. `clone` is allowed there as far as it
makes one, and `clone3` is said not to exist: its flags are in memory, where a filter cannot look, and
the C library then calls `clone`."""

DEADLY = (
    "execve execveat ptrace process_vm_readv process_vm_writev kill tkill rt_sigqueueinfo"
    " rt_tgsigqueueinfo pidfd_send_signal pidfd_open pidfd_getfd fork vfork bpf perf_event_open"
    " userfaultfd io_uring_setup io_uring_enter io_uring_register init_module finit_module"
    " delete_module kexec_load kexec_file_load keyctl add_key request_key mount umount2 pivot_root"
    " chroot unshare setns reboot swapon"
).split()
"""What no reader of documents does unless it was taken over."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """A kind of machine: its AUDIT_ARCH constant and its call numbers by name."""

    audit: int
    numbers: Mapping[str, int]

    def number(self, name: str) -> int:
        """Return the number of a call."""
        return self.numbers[name]


def _column(index: int) -> dict[str, int]:
    rows = [line.split() for line in _NUMBERS.split("\n") if line]
    return {row[0]: int(row[index]) for row in rows if row[index] != "-"}


ARCHITECTURES = {
    "x86_64": Architecture(0xC000003E, _column(1)),
    "aarch64": Architecture(0xC00000B7, _column(2)),
}
"""By the name that uname(2) gives the machine."""
