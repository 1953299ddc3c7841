"""Shows what a real Neovim shows: `python tests/e2e/neovim_screen.py FILE [ROWS COLUMNS]`.

Starts Neovim with the language server inside tmux, waits until diagnostics are on the screen and prints the
screen, colours included. Needs `nvim` and `tmux`.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SERVER = (sys.executable, "-m", "ssot_server", "server")
PATIENCE = 60
"""Seconds to wait for the first diagnostic."""

SETUP = """
vim.o.termguicolors = true
vim.o.number = true
vim.o.signcolumn = "yes"
vim.lsp.start_client({
  name = "ssot",
  cmd = vim.json.decode([==[%(server)s]==]),
  root_dir = vim.fn.getcwd(),
  on_init = function(client)
    vim.lsp.buf_attach_client(0, client.id)
  end,
})
vim.api.nvim_create_autocmd("DiagnosticChanged", {
  callback = function()
    vim.o.statusline = "%%f  ssot: " .. #vim.diagnostic.get(0) .. " found"
  end,
})
"""


def screen(file: Path, rows: int, columns: int) -> str:
    """The screen of a Neovim that has opened `file`, once it shows diagnostics."""
    with tempfile.TemporaryDirectory() as folder:
        setup = Path(folder, "setup.lua")
        setup.write_text(SETUP % {"server": json.dumps(SERVER)})
        nvim = ["nvim", "-n", "-u", "NONE", "-i", "NONE", "-c", "syntax on", "-c", f"luafile {setup}", str(file)]
        tmux = ["tmux", "-L", f"ssot-{time.time_ns()}"]
        size = ["-x", str(columns), "-y", str(rows)]
        subprocess.run([*tmux, "new-session", "-d", *size, shlex.join(nvim)], check=True, cwd=file.parent)
        try:
            return _wait([*tmux, "capture-pane", "-p", "-e"])
        finally:
            subprocess.run([*tmux, "kill-server"], check=False)


def _wait(capture: list[str]) -> str:
    end = time.monotonic() + PATIENCE
    shown = ""
    while time.monotonic() < end:
        shown = subprocess.run(capture, check=True, capture_output=True, text=True).stdout
        if "found" in shown and "ssot: 0" not in shown:
            break
        time.sleep(0.2)
    return shown


if __name__ == "__main__":
    size = [int(number) for number in sys.argv[2:4]] or [24, 100]
    print(screen(Path(sys.argv[1]).resolve(), *size))
