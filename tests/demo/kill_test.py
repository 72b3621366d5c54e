"""kill -9 during queries: no answer without an entry, and the log verifies after the restart."""
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import enclave

SEED = int(os.environ.get("KLUIS_SEED", "20161128"))
ROUNDS = int(os.environ.get("KLUIS_KILLS", "8"))
ASKERS = int(os.environ.get("KLUIS_ASKERS", "3"))
SQL = "SELECT wijk, geslacht, COUNT(*) AS n FROM persoon GROUP BY CUBE (wijk, geslacht)"

random.seed(SEED)
print(f"seed {SEED}, {ROUNDS} kills, {ASKERS} clients at once")
folder = os.path.join(tempfile.mkdtemp(), "enclave")
shutil.copytree(enclave.DEMO, folder, ignore=shutil.ignore_patterns("*.sock"))
received = set()
for turn in range(ROUNDS):
    with enclave.served(folder, stop=signal.SIGKILL) as (server, address):
        user = enclave.User(enclave.bundle("anna@heerlen.nl"), address)

        def ask():
            while server.poll() is None:
                try:
                    result = user.run("query", "--project", "heerlen", "-e", SQL, "--format", "json")
                except subprocess.TimeoutExpired:
                    return
                if result.returncode == 0:
                    received.add(json.loads(result.stdout)["release"])

        askers = [threading.Thread(target=ask) for _ in range(ASKERS)]
        for asker in askers:
            asker.start()
        time.sleep(random.uniform(0.3, 2.0))
        server.kill()
        server.wait()
        for asker in askers:
            asker.join()
with enclave.served(folder) as (_, address):
    user = enclave.User(enclave.bundle("anna@heerlen.nl"), address)
    user.run("log", "verify", check=True)
    for release in received:
        user.run("releases", release, check=True)
assert received, "no query was answered before a kill: the test shows nothing"
print(f"{len(received)} answers received, each with its entry; the log verifies")
shutil.rmtree(os.path.dirname(folder))
