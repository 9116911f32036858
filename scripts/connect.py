"""Start or stop a Spark Connect server on this machine."""

import sys

from taxi.cluster.connect import Wanted, start
from taxi.cluster.processes import Daemons, end_all
from taxi.commands import Parser, guarded, logs_folder, whole_number
from taxi.progress import RowProgress


def main(argv: list[str] | None = None) -> int:
    """Run the command. Return the exit code."""
    parser = Parser(prog="connect.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("what", choices=("start", "stop"))
    port = whole_number("port", 1024, 65000)
    parser.add_argument(
        "--master", default="local[*]", help="of its Spark (default: local[*])"
    )
    parser.add_argument("--memory", default="2g", help="of the server (default: 2g)")
    parser.add_argument("--port", type=port, default=15002, help="of the server")
    parser.add_argument("--page", type=port, default=4040, help="of Spark's page")
    options = parser.parse_args(argv)
    work = _start if options.what == "start" else _stop
    return guarded("connect", lambda: work(options), "the folder of logs")


def _start(options) -> int:
    wanted = Wanted(
        options.master, options.memory, port=options.port, page=options.page
    )
    folder = logs_folder() / "connect"
    with RowProgress() as progress:
        server = start(folder, wanted, progress.begin)
    print(f"server   {server}")
    print(f"page     http://{wanted.host}:{wanted.page}")
    print(f"logs     {folder}")
    return 0


def _stop(options) -> int:
    print(end_all(Daemons(logs_folder() / "connect"), "server"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
