"""Start or stop a Spark cluster on this machine: a master and workers."""

import sys

from taxi.cluster.processes import Daemons, end_all
from taxi.cluster.standalone import Wanted, start
from taxi.commands import Parser, guarded, logs_folder, whole_number
from taxi.progress import RowProgress


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    parser = Parser(prog="cluster.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("what", choices=("start", "stop"))
    count = whole_number("number from 1 to 64", 1, 64)
    port = whole_number("port", 1024, 65000)
    parser.add_argument("--workers", type=count, default=2, metavar="N")
    parser.add_argument(
        "--cores", type=count, default=1, metavar="N", help="of a worker"
    )
    parser.add_argument("--memory", default="2g", help="of a worker (default: 2g)")
    parser.add_argument("--port", type=port, default=7077, help="of the master")
    parser.add_argument("--page", type=port, default=8080, help="of the master's page")
    options = parser.parse_args(argv)
    work = _start if options.what == "start" else _stop
    return guarded("cluster", lambda: work(options), "the folder of logs")


def _start(options) -> int:
    wanted = Wanted(
        options.workers,
        options.cores,
        options.memory,
        port=options.port,
        page=options.page,
    )
    folder = logs_folder() / "cluster"
    with RowProgress() as progress:
        cluster = start(folder, wanted, progress.begin)
    master, *workers = cluster.pages
    print(f"master   {cluster.master}  {master}")
    for number, page in enumerate(workers, 1):
        print(f"worker {number} {page}")
    print(f"logs     {folder}")
    return 0


def _stop(options) -> int:
    print(end_all(Daemons(logs_folder() / "cluster"), "cluster"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
