from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import gc, os, sys
from ssot_server.__main__ import main
from ssot_server.lsp.session import Session

def report(*_):
    sys.stderr.write(" ".join([str(gc.isenabled()), *sys.modules]))
    sys.stderr.flush()
    os._exit(0)

Session.configure = report
main()
"""
"""Tells what is loaded when the server turns to its first job."""
HEAVY = "click rich jedi parso tomli difflib importlib.metadata ssot_rules ssot_server.engine ssot_server.cli"


def test_a_server_answers_before_it_loads_the_engine(tmp_path: Path):
    params = {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "server", "--stdio"],
        input=b"Content-Length: %d\r\n\r\n%s" % (len(body), body),
        capture_output=True,
        timeout=60,
        check=True,
    )
    collects, *loaded = done.stderr.decode().split()
    assert b'"positionEncoding"' in done.stdout
    assert collects == "True"
    assert "pygls.lsp.server" in loaded
    assert not set(HEAVY.split()) & set(loaded)
