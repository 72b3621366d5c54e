#!/usr/bin/env python3
"""Fails each file system call of a ledger's life in turn, with strace as the fault injector.

  system_calls.py LOG_ONCE [--every N]

Counts the calls that `log_once commit` makes, then runs it again once for each of them (or every N-th),
with that call failing: EIO, ENOSPC where something is written, EROFS where a file is opened. strace
counts for each thread, so a fault can hit one call in each. After every run the log must verify and
hold all that was acknowledged, without the fault. Exit 1 names the faults after which it does not.
"""
import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

ERRORS = {"openat": ["EIO", "EROFS"], "pwrite64": ["EIO", "ENOSPC"], "write": ["EIO"],
          "fdatasync": ["EIO"], "fsync": ["EIO"], "ftruncate": ["EIO"], "fallocate": ["ENOSPC"],
          "pread64": ["EIO"], "read": ["EIO"], "unlink": ["EIO"], "fcntl": ["EIO"], "flock": ["EIO"]}


def strace(options, program, folder):
    return subprocess.run(["strace", "-f", "-qq", "-o", os.path.join(folder, "trace")] + options +
                          [program, "commit", folder], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)


def holds(program, folder, told):
    return subprocess.run([program, "check", folder], input=told, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def calls_of(program, folder):
    """call -> the most that one thread makes of it."""
    traced = "trace=" + ",".join(ERRORS)
    if strace(["-e", traced], program, folder).returncode != 0:
        sys.exit("log_once fails without a fault")
    counts = collections.Counter()
    with open(os.path.join(folder, "trace"), encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match:
                counts[match.groups()] += 1
    most = {}
    for (_, call), count in counts.items():
        most[call] = max(most.get(call, 0), count)
    return most


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log_once")
    parser.add_argument("--every", type=int, default=1)
    args = parser.parse_args()
    tried, silent, bad = 0, 0, []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as top:
        base = os.path.join(top, "base")
        os.mkdir(base)
        most = calls_of(args.log_once, base)
        faults = [(call, error, n) for call, count in sorted(most.items()) for error in ERRORS[call]
                  for n in range(1, count + 1)][::args.every]
        for call, error, n in faults:
            folder = os.path.join(top, "run")
            shutil.copytree(base, folder)
            run = strace(["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={n}"],
                         args.log_once, folder)
            tried += 1
            silent += run.returncode == 0
            if not holds(args.log_once, folder, run.stdout):
                bad.append(f"{call} number {n}: {error}")
            shutil.rmtree(folder)
    print(f"{tried} faults in {sum(most.values())} calls; {tried - silent} ended the run, "
          f"{len(bad)} left a log that does not hold")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
