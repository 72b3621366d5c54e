#!/usr/bin/env python3
"""A log on disks that fill up, turn read-only, and lose their power, while 16 writers commit.

  small_disks.py LOG_ONCE [--rounds N]

full       a tmpfs of N sizes: it fills up, and has space again
read-only  an ext4 on a loop device that turns read-only at a random moment, as it does after an error
power      the same, shut down without a flush: what was not synchronised is gone

After each the log must verify and hold all that was acknowledged, and take entries again. Mounts are made in
a namespace of their own. Where they are not permitted, which is said, strace fails every write from the
n-th on with ENOSPC and EROFS instead; a lost power is then only in fault_test.cc. Exit 1 names what failed.
"""
import argparse
import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

EXT4_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2  # linux/fs/ext4/ext4.h
WRITES = "pwrite64,fdatasync,fsync,ftruncate,fallocate"


def quiet(*command):
    """Whether it can be run, and ends well."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def must(*command):
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


class Disks:
    """Mounts one disk after the other on the same folder."""

    def __init__(self, top):
        self.folder, self.image = os.path.join(top, "disk"), os.path.join(top, "image")
        os.mkdir(self.folder)

    def tmpfs(self, kib):
        must("mount", "-t", "tmpfs", "-o", f"size={kib}k", "none", self.folder)

    def ext4(self):
        with open(self.image, "wb") as file:
            file.truncate(16 << 20)
        must("mkfs.ext4", "-q", self.image)
        self.again()

    def again(self):
        must("mount", "-o", "loop", self.image, self.folder)

    def off(self):
        must("umount", self.folder)


STOPPED = (1, 2, 3)  # it did not open, or stopped at the first failure


class Finding(Exception):
    pass


def expect(holds, what):
    if not holds:
        raise Finding(what)


def flood(program, folder, disturb=None, early=False):
    """What was told before the log stopped, which it must. `early`: perhaps before it has opened."""
    run = subprocess.Popen([program, "flood", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    first = b""
    if disturb is not None:
        first = b"" if early else run.stdout.readline()
        time.sleep(random.uniform(0, 0.2))
        disturb()
    told = first + run.communicate(timeout=300)[0]
    expect(run.returncode in STOPPED, f"the log did not stop, or went on: {run.returncode}")
    return told


def check(program, folder, told):
    run = subprocess.run([program, "check", folder], input=told, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, check=False)
    expect(run.returncode == 0, f"the log does not hold: {run.returncode} {run.stderr.decode()}")
    expect(quiet(program, "commit", folder), "it takes no entries again")


def full(program, disks, _):
    disks.tmpfs(4 * random.randint(1, 500))
    told = flood(program, disks.folder)
    must("mount", "-o", "remount,size=64m", disks.folder)
    check(program, disks.folder, told)
    return told


def read_only(program, disks, i):
    disks.ext4()
    told = flood(program, disks.folder, lambda: must("mount", "-o", "remount,abort", disks.folder), i % 3 == 2)
    # Nothing can be opened for writing: an error, no crash.
    run = subprocess.run([program, "commit", disks.folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         check=False)
    expect(run.returncode in STOPPED and not run.stdout, f"read-only, and yet: {run.returncode}")
    disks.off()
    disks.again()
    check(program, disks.folder, told)
    return told


def power(program, disks, i):
    def shut_down():
        folder = os.open(disks.folder, os.O_RDONLY)
        fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(folder)

    disks.ext4()
    told = flood(program, disks.folder, shut_down, i % 3 == 2)
    disks.off()
    disks.again()
    check(program, disks.folder, told)
    return told


def injected(error):
    def fault(program, disks, i):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={WRITES}", "-e",
                                  f"inject={WRITES}:error={error}:when={7 * i + 1}+", program, "flood", folder],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
            expect(run.returncode in STOPPED, f"the log did not stop, or went on: {run.returncode}")
            check(program, folder, run.stdout)
        return run.stdout
    return fault


def permitted(disks):
    """(tmpfs, loop devices)"""
    if os.environ["KLUIS_OWN_MOUNTS"] != "yes":
        return False, False
    tmpfs = quiet("mount", "-t", "tmpfs", "none", disks.folder) and quiet("umount", disks.folder)
    loop = quiet("truncate", "-s", "16m", disks.image) and quiet("mkfs.ext4", "-q", disks.image) and \
        quiet("mount", "-o", "loop", disks.image, disks.folder) and quiet("umount", disks.folder)
    return tmpfs, loop


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log_once")
    parser.add_argument("--rounds", type=int, default=4)
    args = parser.parse_args()
    if "KLUIS_OWN_MOUNTS" not in os.environ:
        os.environ["KLUIS_OWN_MOUNTS"] = "yes" if quiet("unshare", "-m", "true") else "no"
        if os.environ["KLUIS_OWN_MOUNTS"] == "yes":
            os.execvp("unshare", ["unshare", "-m", sys.executable, "-B"] + sys.argv)
    seed = random.randrange(1 << 31)
    random.seed(seed)
    # Not on a tmpfs: the image of a loop device wants a disk below it.
    with tempfile.TemporaryDirectory() as top:
        disks = Disks(top)
        tmpfs, loop = permitted(disks)
        faults = {"full, tmpfs" if tmpfs else "full, by strace: no mounts permitted":
                  full if tmpfs else injected("ENOSPC"),
                  "read-only, ext4" if loop else "read-only, by strace: no loop device permitted":
                  read_only if loop else injected("EROFS")}
        if loop:
            faults["power, ext4"] = power
        else:
            print("power: no loop device permitted; only fault_test cuts it")
        bad = 0
        for name, fault in faults.items():
            acknowledged = 0
            for i in range(args.rounds):
                try:
                    acknowledged += fault(args.log_once, disks, i).count(b"\n")
                except Finding as finding:
                    bad += 1
                    print(f"{name}, number {i}: {finding}")
                if os.path.ismount(disks.folder):
                    disks.off()
            print(f"{name}: {args.rounds} times, {acknowledged} acknowledged entries, seed {seed}")
            bad += acknowledged == 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
