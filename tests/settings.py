"""The product's settings for tests: a data folder of their own, strict templates, the owner's database."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
os.environ["GHISEU_PROCESS"] = "owner"
os.environ["GHISEU_STRICT_TEMPLATES"] = "1"
os.environ["GHISEU_GALLERY"] = "1"
os.environ.pop("GHISEU_STATIC_COLLECTED", None)
if "GHISEU_TEST_FOLDER" not in os.environ:  # workers inherit it from the process that starts them
    os.environ["GHISEU_TEST_FOLDER"] = tempfile.mkdtemp(prefix="ghiseu-tests-")
    atexit.register(shutil.rmtree, os.environ["GHISEU_TEST_FOLDER"], ignore_errors=True)
os.environ["GHISEU_DATA_DIR"] = os.environ["GHISEU_TEST_FOLDER"] + "/" + os.environ.get("PYTEST_XDIST_WORKER", "single")

from ghiseu.config.settings import *  # noqa: E402, F403 - the environment comes first

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405 - of the product's settings
