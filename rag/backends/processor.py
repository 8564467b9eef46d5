"""How many cores there really are to compute on."""

from __future__ import annotations

import os
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


def _quota() -> int:
    """Cores that the control group of a container grants (cgroup version 2), rounded up."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return -(-int(quota) // int(period))
    except (OSError, ValueError):
        return 1 << 16
