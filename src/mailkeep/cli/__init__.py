"""The command line: `mailkeep VERB`. Each verb is a module here, loaded when it is called and not before."""


def main() -> None:
    """Runs the verb that the arguments name. Exit codes: 0 done, 1 a person is needed, 2 operator erred, 3 provider refused."""
    from mailkeep.cli.app import app

    app()
