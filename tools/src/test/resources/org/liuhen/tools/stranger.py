"""Checks a log as a stranger would: written from RFC 6962 and the C2SP texts, with nothing of the product.

Needs Python 3 and nothing else; signatures are checked by the program openssl. Exits 1 with a reason if anything is
not as it should be.

  stranger.py folder LEDGER_FOLDER KEY           the published folder: signature, every tile, the root
  stranger.py receipt RECEIPT.json KEY           a receipt
  stranger.py proof RECEIPT.tlog-proof KEY       the same as c2sp.org/tlog-proof
  stranger.py consistency OLD NEW PROOF.json KEY that the log of checkpoint NEW extends the one of OLD
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

WIDTH = 256


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def fail(why):
    print(why)
    sys.exit(1)


def split(n):
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root_of(hashes):
    """MTH, from leaf hashes (RFC 6962 section 2.1)."""
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(root_of(hashes[:k]), root_of(hashes[k:]))


def root_from_path(index, size, leaf, path):
    """The root that an audit path leads to (RFC 6962 section 2.1.1), recursively."""
    if size == 1:
        if path:
            fail("audit path: too long")
        return leaf
    if not path:
        fail("audit path: too short")
    k = split(size)
    if index < k:
        return node_hash(root_from_path(index, k, leaf, path[:-1]), path[-1])
    return node_hash(path[-1], root_from_path(index - k, size - k, leaf, path[:-1]))


def roots_from_proof(m, n, known, old_root, proof):
    """Both roots that a consistency proof claims (RFC 6962 section 2.1.2), recursively."""
    if m == n:
        if known:
            return old_root, old_root, proof
        if not proof:
            fail("consistency proof: too short")
        return proof[0], proof[0], proof[1:]
    k = split(n)
    if m <= k:
        old, new, rest = roots_from_proof(m, k, known, old_root, proof)
    else:
        old, new, rest = roots_from_proof(m - k, n - k, False, old_root, proof)
    if not rest:
        fail("consistency proof: too short")
    if m <= k:
        return old, node_hash(new, rest[0]), rest[1:]
    return node_hash(rest[0], old), node_hash(rest[0], new), rest[1:]


def openssl_verifies(public_key, message, signature):
    der = bytes.fromhex("302a300506032b6570032100") + public_key
    with tempfile.TemporaryDirectory() as folder:
        def put(name, data):
            path = os.path.join(folder, name)
            with open(path, "wb") as file:
                file.write(data)
            return path

        answer = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", put("key", der), "-rawin",
             "-in", put("message", message), "-sigfile", put("signature", signature)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return answer.returncode == 0


def open_checkpoint(note, key):
    """Origin, size and root of a note that the key signed."""
    name, key_id, encoded = key.split("+", 2)
    typed = base64.b64decode(encoded, validate=True)
    if typed[0] != 1 or sha256(name.encode() + b"\n" + typed)[:4].hex() != key_id:
        fail("key: not an Ed25519 verifier key")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for line in signatures.split("\n"):
        if line.startswith("\u2014 " + name + " "):
            blob = base64.b64decode(line.split(" ")[2], validate=True)
            if blob[:4].hex() == key_id and openssl_verifies(typed[1:], text.encode(), blob[4:]):
                origin, size, root = text.split("\n")[:3]
                if origin != name:
                    fail("checkpoint: of another log")
                return origin, int(size), base64.b64decode(root, validate=True)
    fail("checkpoint: not signed by the key")


def read(path, mode="r"):
    with open(path, mode, **({} if "b" in mode else {"encoding": "utf-8", "newline": ""})) as file:
        return file.read()


def tile_path(n):
    path = "%03d" % (n % 1000)
    while n >= 1000:
        n //= 1000
        path = "x%03d/%s" % (n % 1000, path)
    return path


def read_tile(folder, kind, n, width):
    name = tile_path(n) if width == WIDTH else "%s.p/%d" % (tile_path(n), width)
    return read(os.path.join(folder, "tile", kind, name), "rb")


def check_folder(folder, key):
    _, size, root = open_checkpoint(read(os.path.join(folder, "checkpoint")), key)
    leaves = []
    for n in range((size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - n * WIDTH)
        bundle = read_tile(folder, "entries", n, width)
        tile = read_tile(folder, "0", n, width)
        at = 0
        for i in range(width):
            length = int.from_bytes(bundle[at:at + 2], "big")
            leaf = leaf_hash(bundle[at + 2:at + 2 + length])
            at += 2 + length
            if tile[32 * i:32 * i + 32] != leaf:
                fail("tile 0/%d: not over its entries" % n)
            leaves.append(leaf)
        if at != len(bundle) or len(tile) != 32 * width:
            fail("tile 0/%d: of another length" % n)
    if root_of(leaves) != root:
        fail("checkpoint: its root is not that of the entries")
    level, hashes = 0, leaves
    while len(hashes) >= WIDTH:
        level += 1
        hashes = [root_of(hashes[i:i + WIDTH]) for i in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        for n in range((len(hashes) + WIDTH - 1) // WIDTH):
            part = hashes[n * WIDTH:(n + 1) * WIDTH]
            if read_tile(folder, str(level), n, len(part)) != b"".join(part):
                fail("tile %d/%d: not over the tiles beneath" % (level, n))
    return size


def check_receipt(path, key):
    receipt = json.loads(read(path))
    salt, event = base64.b64decode(receipt["salt"]), base64.b64decode(receipt["event"])
    _, size, root = open_checkpoint(receipt["checkpoint"], key)
    proof = [base64.b64decode(hash) for hash in receipt["proof"]]
    if root_from_path(receipt["leaf"], size, leaf_hash(sha256(salt + event)), proof) != root:
        fail("receipt: its event is not in the log")
    details = json.loads(event)["details"]
    if (details["sha256"], details["size"]) != (receipt["sha256"], str(receipt["size"])):
        fail("receipt: says something else than its event")


def check_proof(path, key):
    lines, checkpoint = read(path).split("\n\n", 1)
    lines = lines.split("\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        fail("proof: of another format")
    entry = sha256(base64.b64decode(lines[1][6:]))
    _, size, root = open_checkpoint(checkpoint, key)
    proof = [base64.b64decode(line) for line in lines[3:]]
    if root_from_path(int(lines[2][6:]), size, leaf_hash(entry), proof) != root:
        fail("proof: its entry is not in the log")


def check_consistency(old, new, proof, key):
    _, old_size, old_root = open_checkpoint(read(old), key)
    _, new_size, new_root = open_checkpoint(read(new), key)
    hashes = [base64.b64decode(hash) for hash in json.loads(read(proof))["proof"]]
    if not 0 < old_size <= new_size:
        fail("consistency: the sizes are the wrong way round")
    claimed_old, claimed_new, rest = roots_from_proof(old_size, new_size, True, old_root, hashes)
    if rest or claimed_old != old_root or claimed_new != new_root:
        fail("consistency: the new log does not begin with the old one")


def main(what, *arguments):
    checks = {"folder": check_folder, "receipt": check_receipt, "proof": check_proof, "consistency": check_consistency}
    checks[what](*arguments)
    print("good")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, KeyError, IndexError, OSError) as damaged:
        fail("cannot be read: %r" % damaged)
