#!/usr/bin/env bash
# Installs the editor that the end-to-end tests drive, once, and prints the folder that it is in: VS Code as a web
# application (code-server, from npm), its native modules compiled here, with ripgrep and Chromium from Debian.
# Needs Node.js 20, npm, a C++ compiler and, where rg or chromium is missing, apt-get. Takes about two minutes.
set -euo pipefail

version=4.100.3 # VS Code 1.100.3
folder=${XDG_CACHE_HOME:-$HOME/.cache}/ssot-lsp/code-server-$version

missing=()
command -v rg >/dev/null || missing+=(ripgrep)
command -v chromium >/dev/null || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ]; then
  { apt-get update -q && apt-get install -y -q "${missing[@]}"; } >&2
fi

if [ ! -e "$folder/complete" ]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  npm=(npm --loglevel=error --no-audit --no-fund)
  {
    "${npm[@]}" install --ignore-scripts --prefix "$folder" "code-server@$version"
    (cd "$folder" && "${npm[@]}" rebuild argon2 --build-from-source)
    cd "$folder/node_modules/code-server/lib/vscode"
    "${npm[@]}" install --ignore-scripts --omit=dev
    ln -sfn node_modules node_modules.asar
    mkdir -p node_modules/@vscode/ripgrep/bin
    ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
    for module in @vscode/spdlog native-watchdog @parcel/watcher; do
      "${npm[@]}" rebuild "$module" || echo "$module did not build; the editor runs without it"
    done
    touch "$folder/complete"
  } >&2
fi
echo "$folder"
