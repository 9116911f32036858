"""Files in zip archives, unpacked while they are read."""

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from taxi.errors import TaxiError
from taxi.landing.sources import Unreadable, first_line

_READ = (".parquet", ".csv")
# Tools, such as a Mac's, put files of their own beside the one that was meant.
_SIDE_FOLDER = "__MACOSX"


class Unpacked:
    """The only file of an archive, in a temporary folder that ends with this object.

    Attributes:
        path: the file.

    Raises:
        Unreadable: if it is no whole zip archive.
        TaxiError: if it holds anything but one CSV or parquet.
    """

    def __init__(self, archive: Path):
        self._folder = TemporaryDirectory(prefix="taxi-zip-")
        try:
            with zipfile.ZipFile(archive) as opened:
                member = _only_member(opened)
                suffix = PurePosixPath(member.filename).suffix.lower()
                self.path = Path(self._folder.name) / f"unpacked{suffix}"
                with opened.open(member) as source, self.path.open("wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable(
                f"is no whole zip archive: {first_line(error)}; fetch it again"
            ) from error
        except (RuntimeError, NotImplementedError) as error:
            raise TaxiError(f"cannot be unpacked: {first_line(error)}") from error


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir()
        and _SIDE_FOLDER not in PurePosixPath(member.filename).parts
        and not PurePosixPath(member.filename).name.startswith(".")
    ]
    names = [PurePosixPath(member.filename).name for member in members]
    if len(names) != 1 or not names[0].lower().endswith(_READ):
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        raise TaxiError(
            f"is a zip archive of {len(names)} files ({shown or 'none'}) and must hold "
            "exactly one, a CSV or parquet; unpack it"
        )
    return members[0]
