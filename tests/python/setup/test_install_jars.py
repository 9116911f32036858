import hashlib
from pathlib import Path

import pyspark
import pytest

from install_jars import LISTS, Jar, install, is_intact, read_list
from taxi.errors import TaxiError

SPARK_JARS = Path(pyspark.__file__).parent / "jars"
BYTES = b"a jar"
SHADED = b"a jar with all that it needs"


@pytest.fixture
def spark_jars(tmp_path) -> Path:
    """A folder of jars that holds Ivy alone."""
    folder = tmp_path / "jars"
    folder.mkdir()
    for ivy in SPARK_JARS.glob("ivy-*.jar"):
        (folder / ivy.name).symlink_to(ivy)
    return folder


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    """A Maven repository on disk, the only one that Ivy may ask."""
    root = tmp_path / "repository"
    artifact = root / "org" / "example" / "thing" / "1.0" / "thing-1.0.jar"
    artifact.parent.mkdir(parents=True)
    artifact.write_bytes(BYTES)
    artifact.with_name("thing-1.0-shaded.jar").write_bytes(SHADED)
    artifact.with_suffix(".pom").write_text(
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.example</groupId>"
        "<artifactId>thing</artifactId><version>1.0</version></project>"
    )
    pattern = (
        f"{root}/[organisation]/[module]/[revision]/"
        "[artifact]-[revision](-[classifier]).[ext]"
    )
    settings = tmp_path / "ivysettings.xml"
    settings.write_text(
        '<ivysettings><settings defaultResolver="disk"/><resolvers>'
        f'<filesystem name="disk" m2compatible="true"><ivy pattern="{pattern}"/>'
        f'<artifact pattern="{pattern}"/></filesystem></resolvers></ivysettings>'
    )
    monkeypatch.setenv("IVY_SETTINGS", str(settings))
    return root


def jar(
    sha256: str = hashlib.sha256(BYTES).hexdigest(), artifact: str = "thing"
) -> Jar:
    return Jar("org.example", artifact, "1.0", sha256)


def test_the_environment_holds_every_listed_jar():
    listed = read_list((LISTS / "jars.txt").read_text())
    assert len(listed) == 3
    assert all(is_intact(jar, SPARK_JARS / jar.file_name) for jar in listed)


def test_fetches_a_jar_once(spark_jars, repository):
    assert install([jar()], spark_jars) == [jar()]
    assert (spark_jars / "thing-1.0.jar").read_bytes() == BYTES
    assert install([jar()], spark_jars) == []


def test_fetches_a_damaged_jar_again(spark_jars, repository):
    (spark_jars / "thing-1.0.jar").write_bytes(b"cut sh")
    assert install([jar()], spark_jars) == [jar()]
    assert (spark_jars / "thing-1.0.jar").read_bytes() == BYTES


def test_a_jar_of_a_classifier_goes_into_the_folder_of_its_part(spark_jars, repository):
    sha256 = hashlib.sha256(SHADED).hexdigest()
    wanted = read_list(f"# of a part\norg.example:thing:1.0:jar:shaded {sha256}\n")
    into = spark_jars.with_name("jars-of-a-part")
    assert install(wanted, spark_jars, into) == wanted
    assert (into / "thing-1.0-shaded.jar").read_bytes() == SHADED
    assert [str(jar) for jar in wanted] == ["org.example:thing:1.0:jar:shaded"]
    assert not (spark_jars / "thing-1.0-shaded.jar").exists()


def test_refuses_a_jar_with_another_hash(spark_jars, repository):
    with pytest.raises(TaxiError, match="another SHA-256"):
        install([jar(sha256="0" * 64)], spark_jars)
    assert not (spark_jars / "thing-1.0.jar").exists()


def test_names_a_jar_that_no_repository_has(spark_jars, repository):
    with pytest.raises(TaxiError, match=r"org\.example:other:1\.0 cannot be had"):
        install([jar(artifact="other")], spark_jars)
    assert list(spark_jars.glob(".fetch-*")) == []
