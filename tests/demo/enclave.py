"""A demo enclave for the tests of this folder: made once, served by each test that needs it."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["KLUIS_BIN"])
DEMO = pathlib.Path(os.environ["KLUIS_DEMO_DIR"])
QUESTIONS = sorted((ROOT / "policies/demo/questions").glob("q*.sql"))


def environment(**extra):
    return dict(os.environ, KLUIS_SHARE_DIR=str(ROOT / "policies"), NO_COLOR="1", **extra)


def make():
    """The demo enclave, from nothing."""
    shutil.rmtree(DEMO, ignore_errors=True)
    subprocess.run([BIN / "kluisd", "init", DEMO, "--demo"], check=True, env=environment())


@contextlib.contextmanager
def served(folder=DEMO, stop=signal.SIGTERM, preexec=None):
    """Serves `folder` on a free port; gives (process, address)."""
    errors = tempfile.TemporaryFile()
    server = subprocess.Popen([BIN / "kluisd", "serve", folder, "--listen", "127.0.0.1:0"], env=environment(),
                              stdout=subprocess.PIPE, stderr=errors, text=True, preexec_fn=preexec)
    try:
        address = None
        for line in server.stdout:
            if line.startswith("listening on "):
                address = line.split()[-1]
                break
        if address is None:
            errors.seek(0)
            raise AssertionError("the server did not start: " + errors.read().decode(errors="replace"))
        yield server, address
    finally:
        if server.poll() is None:
            server.send_signal(stop)
            began = time.monotonic()
            server.wait(timeout=30)
            if stop == signal.SIGTERM:
                assert time.monotonic() - began < 5.5, "SIGTERM took more than 5 s"


class User:
    """A user at the command line, with a configuration folder of their own."""

    def __init__(self, bundle, address):
        self.home = tempfile.mkdtemp()
        self.run("login", "--bundle", str(bundle), "--server", address, check=True)

    def run(self, *arguments, check=False, stdin=""):
        result = subprocess.run([str(BIN / "kluis"), *map(str, arguments)], capture_output=True, text=True, input=stdin,
                                env=environment(XDG_CONFIG_HOME=self.home, HOME=self.home), timeout=300)
        if check and result.returncode != 0:
            raise AssertionError(f"kluis {' '.join(map(str, arguments))}: exit {result.returncode}\n{result.stderr}")
        return result


def bundle(user, folder=DEMO):
    return pathlib.Path(folder) / "bundles" / f"{user}.bundle"
