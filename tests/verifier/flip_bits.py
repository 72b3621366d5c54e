#!/usr/bin/env python3
"""Flips single bits of a proof and counts what check_receipt.py still accepts.

  flip_bits.py receipt|cell|log PATH --trust FILE --of FILE --step N [--receipt FILE.receipt]

Every N-th bit of the file --of is flipped, one at a time; PATH is checked each time as check_receipt.py
does. Prints how many were tried; exit 1 and the first of them when one was accepted.
"""
import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import check_receipt  # noqa: E402


def accepted(args):
    sys.argv = ["check_receipt.py", args.what, args.path, "--trust", args.trust]
    if args.receipt:
        sys.argv += ["--receipt", args.receipt]
    return check_receipt.main() == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what")
    parser.add_argument("path")
    for name in ("--trust", "--of", "--receipt"):
        parser.add_argument(name)
    parser.add_argument("--step", type=int)
    args = parser.parse_args()
    with open(args.of, "rb") as file:
        good = file.read()
    sys.stderr = open(os.devnull, "w")
    if not accepted(args):
        print("refused as it was written")
        return 1
    tried = 0
    for bit in range(0, 8 * len(good), args.step):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        with open(args.of, "wb") as file:
            file.write(bad)
        tried += 1
        if accepted(args):
            print(f"accepted with bit {bit} flipped")
            return 1
    with open(args.of, "wb") as file:
        file.write(good)
    print(f"{tried} single-bit changes refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
