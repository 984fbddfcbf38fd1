"""The four top-level folders are installed under the one name ``prorata``."""

from pathlib import Path
from tempfile import TemporaryDirectory

from setuptools import setup


def packages() -> dict[str, str]:
    """Map each package to its folder: every folder with Python in it, and the scenarios."""
    inits = (i for top in ("reference", "fakes", "harness") for i in Path(top).rglob("__init__.py"))
    folders = [*sorted(init.parent.as_posix() for init in inits), "scenarios"]
    mapping = {f"prorata.{folder.replace('/', '.')}": folder for folder in folders}
    # What `prorata` itself is, with what `python -m prorata` starts.
    itself = mapping.pop("prorata.harness.as_module")
    return {"prorata": itself, **mapping}


mapping = packages()
# Built elsewhere: a file that was renamed would stay in build/ here, and in every later wheel.
with TemporaryDirectory() as build:
    setup(packages=list(mapping), package_dir=mapping, options={"build": {"build_base": build}})
