"""The entry point, and the only place that exits. `--version` answers before anything heavy is imported."""

import sys


def main() -> None:
    """Run the command line on this process's arguments."""
    if sys.argv[1:] == ["--version"]:
        from assay._version import __version__

        print(f"assay {__version__}")
        return
    from assay.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
