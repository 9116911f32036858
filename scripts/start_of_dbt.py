"""Lets dbt find its profile from any folder of the project, as it finds the project.

dbt looks for dbt_project.yml in all parents of the current folder, but for profiles.yml
in that folder alone. `start_up` calls this before dbt reads its options, so it must be
quick.
"""

import os
from itertools import zip_longest

_PROFILES = "DBT_PROFILES_DIR"


def project_folder(words: list[str], here: str) -> str | None:
    """The folder whose dbt_project.yml dbt takes."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        name, _, value = word.partition("=")
        if name == "--project-dir":
            return value or following
    if os.environ.get("DBT_PROJECT_DIR"):
        return os.environ["DBT_PROJECT_DIR"]
    while not os.path.exists(os.path.join(here, "dbt_project.yml")):
        here, before = os.path.dirname(here), here
        if here == before:
            return None
    return here


def name_profiles(words: list[str], here: str) -> None:
    """Name the project's profile to dbt, unless it finds one by itself."""
    if os.environ.get(_PROFILES) or os.path.exists(os.path.join(here, "profiles.yml")):
        return
    folder = project_folder(words, here)
    if folder and os.path.exists(os.path.join(folder, "profiles.yml")):
        os.environ[_PROFILES] = folder
