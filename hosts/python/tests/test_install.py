"""What is published, installed as a user would: the wheel of the sdist, the sdist itself, and the first wasmtime that is allowed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

WHEEL = os.environ.get("DRONE_WEBHOOKS_WHEEL", "")
TESTS = Path(__file__).parent
MODULES = ("drone_webhooks.wasm", "drone_webhooks_explain.wasm")

pytestmark = pytest.mark.skipif(not WHEEL, reason="DRONE_WEBHOOKS_WHEEL names no wheel: cargo xtask test python builds one")


def environment(folder: Path, *packages: str) -> str:
    """A new virtual environment with these packages; gives its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    return str(python)


def run(python: str, *arguments: str, **variables: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([python, *arguments], env={**clean, **variables}, cwd=TESTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> str:
    return environment(tmp_path_factory.mktemp("clean") / "venv", WHEEL)


def test_what_is_tested_is_the_wheel() -> None:
    import drone_webhooks

    assert "site-packages" in str(drone_webhooks.__file__)
    record = next(Path(drone_webhooks.__file__).parents[1].glob("drone_webhooks-*.dist-info")) / "RECORD"
    with zipfile.ZipFile(WHEEL) as wheel:
        for name in wheel.namelist():
            if name.startswith("drone_webhooks/"):
                assert (Path(drone_webhooks.__file__).parents[1] / name).read_bytes() == wheel.read(name), name
    assert record.exists()


def test_it_needs_wasmtime_and_nothing_else(clean: str) -> None:
    listed = {line.split("==")[0] for line in run(clean, "-m", "pip", "list", "--format", "freeze").splitlines()}
    assert listed - {"pip", "setuptools"} == {"drone-webhooks", "wasmtime"}


def test_it_works_in_a_new_environment_and_by_its_command(clean: str) -> None:
    example = "import doctest, drone_webhooks; print(doctest.testmod(drone_webhooks))"
    assert run(clean, "-c", example).strip() == "TestResults(failed=0, attempted=5)"
    command = Path(clean).with_name("drone-webhooks")
    assert "whether a saved request is authentic" in run(str(command), "--help")


def test_modules_types_and_licences_are_in_wheel_and_sdist_and_nothing_else_is() -> None:
    [sdist] = Path(WHEEL).parent.glob("*.tar.gz")
    with zipfile.ZipFile(WHEEL) as wheel, tarfile.open(sdist) as source:
        names = wheel.namelist()
        folder = source.getnames()[0].split("/")[0]
        for module in MODULES:
            packed = source.extractfile(f"{folder}/src/drone_webhooks/wasm/{module}")
            assert packed is not None
            digests = {hashlib.sha256(content).hexdigest() for content in (packed.read(), wheel.read(f"drone_webhooks/wasm/{module}"))}
            assert len(digests) == 1
    assert "drone_webhooks/py.typed" in names
    assert {Path(name).name for name in names if "licenses/" in name} == {"LICENSE-APACHE", "LICENSE-MIT"}
    assert {Path(name).suffix for name in names if name.startswith("drone_webhooks/")} == {".py", ".wasm", ".typed"}


def test_the_sdist_can_be_installed(tmp_path: Path) -> None:
    [sdist] = Path(WHEEL).parent.glob("*.tar.gz")
    python = environment(tmp_path / "venv", str(sdist))
    assert run(python, "-c", "import drone_webhooks as d; print(d.verify(d.sign(b'{}', 'x'), b'{}', 'x').payload)").strip() == "{}"


@pytest.mark.parametrize("calls", ["direct", "public"])
def test_the_first_wasmtime_that_is_allowed_gives_the_same_verdicts(calls: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "first"
    python = str(folder / "bin" / "python") if folder.exists() else environment(folder, WHEEL, "wasmtime==45.0.0", "pytest")
    tests = ["test_conformance.py", "test_module.py", "-k", "not eight and not fork and not signal"]
    printed = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, DRONE_WEBHOOKS_CALLS=calls)
    assert " passed" in printed
    assert "failed" not in printed


def test_types_are_strict_for_who_uses_them(tmp_path: Path) -> None:
    file = tmp_path / "use.py"
    file.write_text(
        "from drone_webhooks import Delivery, Verifier, Webhooks, WebhookVerificationError, verify\n"
        "delivery: Delivery = verify({'date': 'x'}, b'', 'secret', now=5.0)\n"
        "number: int = delivery.payload['build']['number']\n"
        "webhooks = Webhooks({'a': ['x', b'y']})\n"
        "@webhooks.on('build.completed')\n"
        "async def handler(delivery: Delivery) -> None: ...\n"
        "reveal_type(handler)\n"
        "delivery.payload['build']['nummer']\n"
        "verify({}, 'text', 'secret')\n"
    )
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", str(file)], capture_output=True, text=True, check=False, cwd=tmp_path)
    lines = [line for line in done.stdout.splitlines() if "use.py" in line and "Did you mean" not in line]
    assert [line.split(": ")[1] for line in lines] == ["note", "error", "error"], done.stdout
    assert "Coroutine" in lines[0]
    assert "nummer" in lines[1]
    assert '"bytes | bytearray | memoryview' in lines[2]
