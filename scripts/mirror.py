"""Copy TLC's trip files, as they are, into a folder of Google Cloud Storage."""

import sys

from taxi.commands import Parser, guarded
from taxi.fetching import options as fetching_options
from taxi.fetching.mirroring import Mirroring, mirror
from taxi.fetching.options import fetching_of, read_bucket_folder, wanted_of
from taxi.lake import Lake


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code: 1 if a file was not mirrored."""
    parser = Parser(prog="mirror.py", description=__doc__, allow_abbrev=False)
    fetching_options.add_place(parser)
    parser.add_argument(
        "--to",
        dest="target",
        metavar="gs://BUCKET/FOLDER",
        type=read_bucket_folder,
        required=True,
        help="the folder to copy into",
    )
    fetching_options.add_wanted(parser)
    fetching_options.add_others(parser)
    fetching_options.add_forms(parser)
    fetching_options.add_fetching(parser)
    options = parser.parse_args(argv)
    mirroring = Mirroring(
        fetching_of(parser, options),
        wanted_of(options),
        *options.target,
        options.form,
        options.ignores_others,
    )

    def work() -> int:
        report = mirror(Lake.from_environment(), mirroring)
        return 1 if report.refused_count else 0

    return guarded("mirror", work, "the cache", "run again to copy the rest")


if __name__ == "__main__":
    sys.exit(main())
