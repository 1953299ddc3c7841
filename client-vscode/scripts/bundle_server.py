"""Put the server and what it needs into `bundled/libs`: pure Python that any interpreter from 3.10 on can run.

The versions stand in `bundled/requirements.txt`. Nothing compiled may come along, and everything that is required,
on any platform, has to be there; but for watchfiles, which the server loads only for editors that watch no files.
"""

import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent
LIBS = CLIENT / "bundled" / "libs"
REQUIREMENTS = CLIENT / "bundled" / "requirements.txt"

NOT_NEEDED = {"watchfiles"}
UNUSED = ["bin", "jedi/third_party/typeshed/stubs"]
"""Programs, and four thousand stubs of packages that jedi does not find under the names of their distributions."""
COMPILED = {".so", ".pyd", ".dll", ".dylib"}
PURE = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none", "--python-version=3.10"]


def main() -> int:
    """Fill the folder anew; 1 if something is wrong with what came."""
    shutil.rmtree(LIBS, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps", "--no-compile"]
    subprocess.run([*pip, "--target", LIBS, *PURE, "--requirement", REQUIREMENTS], check=True)
    subprocess.run([*pip, "--target", LIBS, "--upgrade", CLIENT.parent], check=True)
    for unused in UNUSED:
        shutil.rmtree(LIBS / unused)
    problems = [*_compiled(), *_missing()]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _compiled() -> list[str]:
    found = (path.relative_to(LIBS) for path in LIBS.rglob("*") if path.suffix in COMPILED)
    return [f"{path} is compiled: it would run on one platform alone" for path in sorted(found)]


def _missing() -> list[str]:
    """Requirements that are not there, on whatever platform and Python they are required."""
    found = {_name(known.metadata["Name"]): known for known in metadata.distributions(path=[str(LIBS)])}
    return [
        f"{REQUIREMENTS.name} lacks {required}, which {name} requires"
        for name, known in sorted(found.items())
        for required in map(_name, _required(known))
        if required not in found and required not in NOT_NEEDED
    ]


def _required(known: metadata.Distribution) -> list[str]:
    return [line for line in known.requires or () if "extra ==" not in line]


def _name(requirement: str) -> str:
    """The name in a requirement, in the one spelling that the index knows."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name[0]).lower()


if __name__ == "__main__":
    sys.exit(main())
