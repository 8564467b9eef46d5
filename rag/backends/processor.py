"""How many cores there really are to compute on."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path


@cache
def cores() -> int:
    """Physical cores this process may use: two threads of one core only hinder each other here."""
    try:
        allowed = os.sched_getaffinity(0)
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1
    siblings = set()
    for number in allowed:
        file = Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
        try:
            siblings.add(file.read_text("ascii").strip())
        except OSError:
            siblings.add(str(number))
    return max(1, min(len(siblings), _quota()))


@cache
def memory_mb() -> int:
    """Memory of this machine, or what the control group of a container grants, in MB; 0 when unknown."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows
        return 0
    with suppress(OSError, ValueError):  # "max" where there is no limit
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return total // 1_000_000


def wait_asleep() -> None:
    """Let OpenMP threads sleep while they wait for each other. Called before what uses OpenMP is loaded.

    They spin by default, which is a little faster on an idle machine; on a busy one (load 15 on two cores) an
    answer of llama.cpp then took over 120 seconds instead of 4. OMP_WAIT_POLICY, where it is set, goes first.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _quota() -> int:
    """Cores that the control group of a container grants (cgroup version 2), rounded up."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return -(-int(quota) // int(period))
    except (OSError, ValueError):
        return 1 << 16


_FLAGS = {
    "AVX": ("avx",),
    "AVX2": ("avx2",),
    "FMA": ("fma",),
    "F16C": ("f16c",),
    "AVX512": ("avx512f",),
    "AVX512_VNNI": ("avx512_vnni",),
    "AVX512_BF16": ("avx512_bf16",),
    "AVX_VNNI": ("avx_vnni",),
    "AMX_INT8": ("amx_int8",),
    "NEON": ("asimd",),
    "DOTPROD": ("asimddp",),
    "MATMUL_INT8": ("i8mm",),
    "SVE": ("sve",),
}
"""llama.cpp's name of an instruction set, and Linux's names in /proc/cpuinfo."""


def offered() -> list[str]:
    """Instruction sets of this processor that speed up llama.cpp; empty where it cannot be told."""
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    except OSError:
        return []
    has = {word for line in lines if line.lower().startswith(("flags", "features")) for word in line.split()}
    return [name for name, flags in _FLAGS.items() if has.issuperset(flags)]


def used(system_info: str) -> list[str]:
    """Instruction sets that llama.cpp says it uses ("AVX2 = 1 | FMA = 1 | …")."""
    return [name for name in _FLAGS if re.search(rf"\b{name} = 1\b", system_info)]
