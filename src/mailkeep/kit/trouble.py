"""The one kind of trouble that every room may meet and only a person can mend."""


class OperatorError(Exception):
    """Something given to Mailkeep cannot be used: a setting, a path, a rule file, a home.

    The message is whole sentences, one fault a line, each with what, where and the remedy. The command line prints it
    as it is and ends with exit code 2.
    """
