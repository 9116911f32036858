"""Where the project lies. Nothing is imported here that a script may lack."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
