#!/usr/bin/env python3
"""Checks a receipt, one cell of a table, or an exported log, without any code of the project.

  check_receipt.py receipt ANSWER.json [--receipt FILE.receipt]   or the receipt in the answer
  check_receipt.py cell CELL.json                                 of `kluis log show --cell`
  check_receipt.py log FOLDER                                     `entries` or tiles, and `checkpoint`

each with --key KEY, the log's public key as text (name+8 hex digits+base64), or --trust FILE, a
policy as c2sp.org/tlog-policy with witnesses and a quorum. Exit 0: it holds. Exit 2: it does not, and
the reason stands on standard error. Needs Python 3 and the `openssl` command; the formats are those
of docs/log.md and docs/receipt.md.
"""
import argparse, base64, hashlib, json, os, re, subprocess, sys, tempfile

ENTRY_SIZE = 364
ENTRY_START = ENTRY_SIZE.to_bytes(2, "big")
ENTRY = re.compile(
    r"kluis/entry/v1\n"
    r"index (?P<index>[0-9]{12})\n"
    r"type (?P<type> request|  review|  policy|snapshot|   grant|     key|    open| removal)\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n"
    r"policy (?P<policy>[0-9a-f]{64})\n"
    r"snapshot (?P<snapshot>[0-9a-f]{64})\n"
    r"answer (?P<answer>[0-9a-f]{64})\n"
    r"sealed (?P<sealed>[0-9a-f]{64})\n", re.ASCII)

class Bad(Exception):
    """What does not hold, in words."""

def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def strict_base64(text, what):
    data = base64.b64decode(text, validate=True)  # ValueError is "does not hold" too
    if base64.b64encode(data).decode() != text:
        raise Bad(f"{what}: base64 in another spelling")
    return data

def plain_number(text, what):
    if not re.fullmatch(r"0|[1-9][0-9]{0,19}", text):
        raise Bad(f"{what}: not a plain decimal number")
    return int(text)

class Key:
    def __init__(self, text, kind=1):
        """kind 1: of a log, 4: of a witness."""
        if text.count("+") < 2:
            raise Bad("the key is not NAME+8 hex digits+BASE64; of a file give --key \"$(cat FILE)\", or --trust FILE")
        self.name, key_id, key = text.strip().split("+", 2)
        tagged = strict_base64(key, "key")
        if len(tagged) != 33 or tagged[0] != kind:
            raise Bad("the key is not Ed25519 of its kind")
        self.id = sha256(self.name.encode(), b"\n", tagged)[:4]
        if self.id.hex() != key_id:
            raise Bad("the key's ID does not match the key")
        self.public = tagged[1:]

    def verify(self, message, signature):
        der = bytes.fromhex("302a300506032b6570032100") + self.public
        with tempfile.TemporaryDirectory() as folder:
            for name, data in (("key", der), ("message", message), ("signature", signature)):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)
            return subprocess.run("openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -in message "
                                  "-sigfile signature".split(), cwd=folder, check=False,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def cosigned(self, body, data):
        time = int.from_bytes(data[:8], "big")
        return time < 1 << 63 and self.verify(b"cosignature/v1\ntime %d\n" % time + body, data[8:])

class Trust:
    """Logs, and a quorum as a function of the names of the witnesses that cosigned."""

    def __init__(self, text):
        self.logs, self.witnesses, self.quorum = [], {}, None
        rules = {"none": lambda did: True}
        for line in text.split("\n"):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log":
                self.logs.append(Key(words[1]))
            elif words[0] == "witness":
                self.witnesses[words[1]] = Key(words[2], 4)
                rules[words[1]] = lambda did, name=words[1]: name in did
            elif words[0] == "group":
                members = [rules[name] for name in words[3:]]
                least = {"any": 1, "all": len(members)}.get(words[2]) or int(words[2])
                rules[words[1]] = lambda did, m=members, k=least: sum(r(did) for r in m) >= k
            elif words[0] == "quorum" and self.quorum is None:
                self.quorum = rules[words[1]]
            else:
                raise Bad("trust: not a line of a policy")
        if not self.logs or self.quorum is None:
            raise Bad("trust: no log, or no quorum")

def open_checkpoint(note, trust):
    """(size, root) of a signed note that the quorum holds for."""
    if any(ord(c) < 32 and c != "\n" for c in note):
        raise Bad("checkpoint: control characters")
    body, split, lines = note.rpartition("\n\n")
    if not split or not lines.endswith("\n"):
        raise Bad("checkpoint: not a signed note")
    body += "\n"
    fields, signed, did = body.split("\n"), False, set()
    for line in lines[:-1].split("\n"):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Bad("checkpoint: a signature line is malformed")
        data = strict_base64(words[2], "signature")
        for key in trust.logs:
            if words[1] == key.name == fields[0] and data[:4] == key.id:
                if len(data) != 68 or not key.verify(body.encode(), data[4:]):
                    raise Bad(f"checkpoint: the signature of {key.name} does not hold")
                signed = True
        for name, key in trust.witnesses.items():
            if words[1] == key.name and data[:4] == key.id:
                if len(data) != 76 or not key.cosigned(body.encode(), data[4:]):
                    raise Bad(f"checkpoint: the cosignature of {key.name} does not hold")
                did.add(name)
    if not signed or len(fields) != 4:
        raise Bad("checkpoint: not three lines that the log they name signed")
    if not trust.quorum(did):
        raise Bad("checkpoint: the quorum is not reached")
    root = strict_base64(fields[2], "root")
    if len(root) != 32:
        raise Bad("checkpoint: the root does not have 32 bytes")
    return plain_number(fields[1], "size"), root

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

def parse_entry(data, what="entry"):
    match = ENTRY.fullmatch(data.decode("ascii", "replace"))
    if match is None:
        raise Bad(f"{what}: not the public part of a log entry")
    return dict(match.groupdict(), index=int(match["index"]), type=match["type"].strip())

def canonical(answer):
    """Keys sorted, no white space, UTF-8, numbers as the shortest text that reads back equal."""
    parsed = json.loads(answer) if answer.lstrip().startswith("{") else None
    if not isinstance(parsed, dict):
        raise Bad("answer: not a JSON object; only answers of --format json are checked here")
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

def check_place(data, proof, trust):
    """The entry, which stands in the log where its proof says."""
    entry = parse_entry(data)
    index, path, note = parse_proof(proof)
    size, root = open_checkpoint(note, trust)
    if index != entry["index"] or index >= size:
        raise Bad("proof: of another entry")
    if root_from_path(index, size, leaf_hash(data), path) != root:
        raise Bad("proof: it does not lead to the signed root")
    return entry, f"entry {index} of {size}, {entry['time']}"

def check_receipt(answer, receipt, trust):
    if not isinstance(receipt, dict) or set(receipt) != {"entry", "salt", "proof"}:
        raise Bad("receipt: not an object of entry, salt and proof")
    salt = strict_base64(receipt["salt"], "salt")
    entry, place = check_place(strict_base64(receipt["entry"], "entry"), receipt["proof"], trust)
    if entry["type"] != "request" or len(salt) != 32:
        raise Bad("receipt: not of a request")
    if sha256(salt, sha256(answer)).hex() != entry["answer"]:
        raise Bad("the answer is not the one that the log entry commits to: it was changed")
    return place

def check_cell(shown, trust):
    names = {"cell", "count", "entry", "index", "part", "path", "proof", "salt"}
    if not isinstance(shown, dict) or set(shown) != names:
        raise Bad("cell: not an object of " + ", ".join(sorted(names)))
    cell, salt, part = (strict_base64(shown[name], name) for name in ("cell", "salt", "part"))
    path = [strict_base64(line, "path") for line in shown["path"]]
    if any(len(h) != 32 for h in [salt, part] + path) or not 0 <= shown["index"] < shown["count"]:
        raise Bad("cell: a hash does not have 32 bytes, or no such cell")
    leaf = leaf_hash(sha256(salt, sha256(cell)))
    root = root_from_path(shown["index"], shown["count"], leaf, path)
    entry, place = check_place(strict_base64(shown["entry"], "entry"), shown["proof"], trust)
    if node_hash(part, root).hex() != entry["sealed"]:
        raise Bad("the cell is not one that the log entry commits to")
    return place

def tile_path(folder, level, index, width):
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    path = os.path.join(folder, "tile", level, *groups)
    return path if width == 256 else os.path.join(path + ".p", str(width))

def read_tiles(folder, size):
    """The entries, one after the other, of which the level 0 tiles hold the hashes."""
    entries = b""
    for start in range(0, size, 256):
        width = min(256, size - start)
        bundle = read(tile_path(folder, "entries", start // 256, width))
        one = len(ENTRY_START) + ENTRY_SIZE
        leaves = [bundle[i:i + one] for i in range(0, len(bundle), one)]
        if len(bundle) != one * width or any(leaf[:2] != ENTRY_START for leaf in leaves):
            raise Bad(f"tiles: bundle {start // 256} is damaged")
        hashes = b"".join(leaf_hash(leaf[2:]) for leaf in leaves)
        if read(tile_path(folder, "0", start // 256, width)) != hashes:
            raise Bad(f"tiles: tile {start // 256} of level 0 is damaged")
        entries += b"".join(leaf[2:] for leaf in leaves)
    return entries

def check_log(folder, trust):
    note = read(folder, "checkpoint").decode()
    size, root = open_checkpoint(note, trust)
    plain = os.path.exists(os.path.join(folder, "entries"))
    if not plain and not os.path.isdir(os.path.join(folder, "tile")):
        raise Bad("log: neither `entries` nor `tile`; only exports --as plain or tiles are checked here")
    entries = read(folder, "entries") if plain else read_tiles(folder, size)
    leaves = [entries[i:i + ENTRY_SIZE] for i in range(0, len(entries), ENTRY_SIZE)]
    catalogue = sha256().hex()
    for i, leaf in enumerate(leaves):
        entry = parse_entry(leaf, f"log entry {i}")
        if entry["index"] != i:
            raise Bad(f"log entry {i}: the entry in its place calls itself {entry['index']}")
        if entry["type"] == "request" and entry["snapshot"] != catalogue:
            raise Bad(f"log entry {i}: its snapshot field is not the hash of the snapshots before")
        if entry["type"] == "snapshot":
            catalogue = sha256(catalogue.encode(), entry["snapshot"].encode()).hex()
    if size != len(leaves) or root_of(leaves) != root:
        raise Bad(f"{len(leaves)} entries do not give the signed root of {size}")
    return f"{size} entries"

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["receipt", "cell", "log"])
    for name in ("path", "--key", "--trust", "--receipt"):
        parser.add_argument(name)
    args = parser.parse_args()
    try:
        if not args.path or not (args.key or args.trust):
            raise Bad("give what to check, and --key KEY or --trust FILE")
        policy = read(args.trust).decode() if args.trust else f"log {args.key}\nquorum none"
        trust = Trust(policy)
        if args.what == "log":
            print(check_log(args.path, trust))
        elif args.what == "cell":
            print(check_cell(json.loads(read(args.path).decode()), trust))
        else:
            answer, receipt = canonical(read(args.path).decode())
            if args.receipt:
                receipt = json.loads(read(args.receipt).decode())
            print(check_receipt(answer, receipt, trust))
        return 0
    except (Bad, OSError, ValueError, TypeError, LookupError) as error:
        print(f"check_receipt: {error}", file=sys.stderr)
        return 2

if __name__ == "__main__":
    sys.exit(main())
