"""The command `vega-reel`."""

import sys

from .program import become, command


def main() -> None:
    """Becomes the library's command line."""
    try:
        args = command(*sys.argv[1:])
    except FileNotFoundError as error:
        sys.exit(f"vega-reel: {error}")
    become(args)


if __name__ == "__main__":
    main()
