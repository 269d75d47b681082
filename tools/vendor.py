"""Fetch what is vendored: exactly the packages and sums of `VENDOR.toml`, from the npm registry.

Run `python tools/vendor.py` after changing the list; nobody needs it to build, test or serve.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tools" / "VENDOR.toml"


def listed() -> list[dict[str, Any]]:
    """Return the packages of `VENDOR.toml`."""
    return list(tomllib.loads(LIST.read_text(encoding="utf-8"))["package"])


def wanted(package: dict[str, Any]) -> dict[str, str]:
    """Return the wanted files of a package: where each lies inside it, and the name it gets here."""
    files = {path: Path(path).name for path in package["files"]}
    return files | {f"icons/{name}.svg": f"{name}.svg" for name in package.get("icons", [])}


def fetch(package: dict[str, Any], into: Path) -> Path:
    """Download a package; exit with a sentence if its sum is not the listed one."""
    spec = f"{package['name']}@{package['version']}"
    ran = subprocess.run(  # noqa: S603
        ["npm", "pack", "--silent", spec],  # noqa: S607
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = into / ran.stdout.strip().splitlines()[-1]
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != package["sha256"]:
        sys.exit(f"{spec} has the sum {found}, but VENDOR.toml lists {package['sha256']}.")
    return archive


def unpack(archive: Path, package: dict[str, Any]) -> None:
    """Copy the wanted files out of an archive and drop whatever is no longer wanted."""
    folder = ROOT / package["folder"]
    folder.mkdir(parents=True, exist_ok=True)
    files = wanted(package)
    with tarfile.open(archive) as tar:
        for inside, name in files.items():
            stream = tar.extractfile(f"package/{inside}")
            if stream is None:
                sys.exit(f"{package['name']} holds no file {inside}.")
            (folder / name).write_bytes(stream.read())
    for stray in set(folder.iterdir()) - {folder / name for name in files.values()}:
        stray.unlink()


def main() -> None:
    """Fetch and unpack everything listed."""
    with tempfile.TemporaryDirectory() as folder:
        for package in listed():
            unpack(fetch(package, Path(folder)), package)
            print(f"{package['name']} {package['version']} -> {package['folder']}")


if __name__ == "__main__":
    main()
