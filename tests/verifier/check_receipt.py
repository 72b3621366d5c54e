#!/usr/bin/env python3
"""Checks a receipt, or an exported log, without any code of the project.

  check_receipt.py receipt ANSWER.json --key KEY [--receipt FILE.receipt]
  check_receipt.py log FOLDER --key KEY

KEY is the log's public key as text: name+8 hex digits+base64. ANSWER.json is the answer of
`--format json`; its receipt is taken from FILE.receipt, or else from the answer itself. FOLDER holds
`entries`, the public parts one after the other, and `checkpoint`. Exit 0: it holds. Exit 2: it does
not, and the reason stands on standard error. Needs Python 3 and the `openssl` command; the formats
are those of docs/log.md and docs/receipt.md.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

ENTRY_SIZE = 364
ENTRY = re.compile(
    r"kluis/entry/v1\n"
    r"index (?P<index>[0-9]{12})\n"
    r"type (?P<type> request|  review|  policy|snapshot|   grant|     key|    open)\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    r"policy (?P<policy>[0-9a-f]{64})\n"
    r"snapshot (?P<snapshot>[0-9a-f]{64})\n"
    r"answer (?P<answer>[0-9a-f]{64})\n"
    r"sealed (?P<sealed>[0-9a-f]{64})\n", re.ASCII)


class Bad(Exception):
    """What does not hold, in words."""


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def strict_base64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad(f"{what}: not base64") from error
    if base64.b64encode(data).decode() != text:
        raise Bad(f"{what}: base64 in another spelling")
    return data


def plain_number(text, what):
    if not re.fullmatch(r"0|[1-9][0-9]{0,19}", text):
        raise Bad(f"{what}: not a plain decimal number")
    return int(text)


# --- signed note and checkpoint ------------------------------------------------------------------

class Key:
    def __init__(self, text):
        try:
            self.name, key_id, key = text.strip().split("+", 2)
        except ValueError as error:
            raise Bad("the key is not name+id+base64") from error
        tagged = strict_base64(key, "key")
        if len(tagged) != 33 or tagged[0] != 1:
            raise Bad("the key is not Ed25519")
        self.id = sha256(self.name.encode(), b"\n", tagged)[:4]
        if self.id.hex() != key_id:
            raise Bad("the key's ID does not match the key")
        self.public = tagged[1:]

    def verify(self, message, signature):
        der = bytes.fromhex("302a300506032b6570032100") + self.public
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for name, data in (("key", der), ("message", message), ("signature", signature)):
                paths.append(os.path.join(folder, name))
                with open(paths[-1], "wb") as file:
                    file.write(data)
            return subprocess.run(
                ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths[0],
                 "-rawin", "-in", paths[1], "-sigfile", paths[2]],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def open_checkpoint(note, key):
    """(size, root) of a signed note."""
    if any(ord(c) < 32 and c != "\n" for c in note):
        raise Bad("checkpoint: control characters")
    body, split, lines = note.rpartition("\n\n")
    if not split or not lines.endswith("\n"):
        raise Bad("checkpoint: not a signed note")
    body += "\n"
    signed = False
    for line in lines[:-1].split("\n"):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Bad("checkpoint: a signature line is malformed")
        data = strict_base64(words[2], "signature")
        if words[1] != key.name or data[:4] != key.id:
            continue
        if len(data) != 68 or not key.verify(body.encode(), data[4:]):
            raise Bad(f"checkpoint: the signature of {key.name} does not hold")
        signed = True
    if not signed:
        raise Bad(f"checkpoint: not signed by {key.name}")
    fields = body.split("\n")
    if len(fields) != 4 or fields[0] != key.name:
        raise Bad("checkpoint: not three lines of this log")
    root = strict_base64(fields[2], "root")
    if len(root) != 32:
        raise Bad("checkpoint: the root does not have 32 bytes")
    return plain_number(fields[1], "size"), root


# --- tree (RFC 6962 section 2.1) -----------------------------------------------------------------

def leaf_hash(entry):
    return sha256(b"\x00", entry)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def root_from_path(index, size, leaf, path):
    """The root that an audit path leads to, by the recursion of the definition."""
    if size == 1:
        if path:
            raise Bad("proof: too many hashes")
        return leaf
    if not path:
        raise Bad("proof: too few hashes")
    k = 1 << ((size - 1).bit_length() - 1)
    if index < k:
        return node_hash(root_from_path(index, k, leaf, path[:-1]), path[-1])
    return node_hash(path[-1], root_from_path(index - k, size - k, leaf, path[:-1]))


def root_of(leaves):
    level = [leaf_hash(leaf) for leaf in leaves]
    if not level:
        return sha256()
    # Pairing level by level, an odd last node moving up, is the same tree.
    while len(level) > 1:
        pairs = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2:]
    return level[0]


# --- entries and receipts ------------------------------------------------------------------------

def parse_entry(data):
    match = ENTRY.fullmatch(data.decode("ascii", "replace"))
    if match is None:
        raise Bad("entry: not the public part of a log entry")
    fields = match.groupdict()
    fields["index"] = int(fields["index"])
    fields["type"] = fields["type"].strip()
    return fields


def canonical(answer):
    """Keys sorted, no white space, UTF-8, numbers as the shortest text that reads back equal."""
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise Bad("answer: not a JSON object")
    receipt = parsed.pop("receipt", None)
    text = json.dumps(parsed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode(), receipt


def parse_proof(text):
    head, split, note = text.partition("\n\n")
    lines = head.split("\n")
    if not split or len(lines) < 2 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Bad("proof: not c2sp.org/tlog-proof@v1")
    if not lines[1].startswith("index "):
        raise Bad("proof: no index")
    path = [strict_base64(line, "proof") for line in lines[2:]]
    if any(len(h) != 32 for h in path):
        raise Bad("proof: a hash does not have 32 bytes")
    return plain_number(lines[1][6:], "index"), path, note


def check_receipt(answer, receipt, key):
    if not isinstance(receipt, dict) or set(receipt) != {"entry", "salt", "proof"}:
        raise Bad("receipt: not an object of entry, salt and proof")
    data = strict_base64(receipt["entry"], "entry")
    salt = strict_base64(receipt["salt"], "salt")
    entry = parse_entry(data)
    if entry["type"] != "request" or len(salt) != 32:
        raise Bad("receipt: not of a request")
    if sha256(salt, sha256(answer)).hex() != entry["answer"]:
        raise Bad("the answer is not the one that the log entry commits to: it was changed")
    index, path, note = parse_proof(receipt["proof"])
    size, root = open_checkpoint(note, key)
    if index != entry["index"] or index >= size:
        raise Bad("proof: of another entry")
    if root_from_path(index, size, leaf_hash(data), path) != root:
        raise Bad("proof: it does not lead to the signed root")
    return f"entry {index} of {size}, {entry['time']}, log {key.name}"


def check_log(entries, note, key):
    if len(entries) % ENTRY_SIZE:
        raise Bad("entries: cut in the middle of one")
    leaves = [entries[i:i + ENTRY_SIZE] for i in range(0, len(entries), ENTRY_SIZE)]
    catalogue = sha256().hex()
    for i, leaf in enumerate(leaves):
        try:
            entry = parse_entry(leaf)
        except Bad as error:
            raise Bad(f"log entry {i}: {error}") from error
        if entry["index"] != i:
            raise Bad(f"log entry {i}: the entry in its place calls itself {entry['index']}")
        if entry["type"] == "request" and entry["snapshot"] != catalogue:
            raise Bad(f"log entry {i}: its snapshot field is not the hash of the snapshots before")
        if entry["type"] == "snapshot":
            catalogue = sha256(catalogue.encode(), entry["snapshot"].encode()).hex()
    size, root = open_checkpoint(note, key)
    if size != len(leaves):
        raise Bad(f"{len(leaves)} entries, but a signed checkpoint of {size}")
    if root_of(leaves) != root:
        raise Bad("the entries do not give the signed root")
    return f"{size} entries, log {key.name}"


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["receipt", "log"])
    parser.add_argument("path")
    parser.add_argument("--key", required=True)
    parser.add_argument("--receipt")
    args = parser.parse_args()
    try:
        key = Key(args.key)
        if args.what == "log":
            print(check_log(read(args.path, "entries"), read(args.path, "checkpoint").decode(), key))
            return 0
        answer, receipt = canonical(read(args.path).decode())
        if args.receipt:
            receipt = json.loads(read(args.receipt).decode())
        print(check_receipt(answer, receipt, key))
        return 0
    except (Bad, OSError, ValueError, TypeError) as error:
        print(f"check_receipt: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
