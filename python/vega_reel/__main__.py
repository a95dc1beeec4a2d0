"""The command `vega-reel`."""

import sys

from .program import become, command


def main() -> None:
    """Becomes the library's command line."""
    become(command(*sys.argv[1:]))


if __name__ == "__main__":
    main()
