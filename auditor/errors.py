"""Everything that can go wrong for a user, each with the exit code and the hint it deserves.

AuditorError                 1   a bug of ours, when nothing narrower fits
├── InputError               2   what the user gave us is wrong
│   ├── DocumentError            an estate, assessment or other JSON document
│   ├── FrameworkError           a framework file, or a framework nobody knows
│   ├── WaiverError              a waiver file
│   └── OutputError              a folder that cannot be written, found before the scan starts
├── NoAccessError            4   nothing could be audited
│   ├── CredentialsError         missing, expired or refused credentials
│   ├── AssumeRoleError          the role of an account could not be assumed
│   └── EndpointError            an endpoint that does not answer
├── RemediationError         5   refused, stale, or not wholly applied
└── ReportError              6   audited, but a report could not be written
"""

from __future__ import annotations

from typing import ClassVar


class AuditorError(Exception):
    """An error with a message for people (a lower-case fragment), a hint how to mend it, and an exit code."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(AuditorError):
    """What the user gave is wrong: an option, a file or a document."""

    exit_code = 2


class DocumentError(InputError):
    """A JSON document does not read, or does not follow its schema."""


class FrameworkError(InputError):
    """A framework file is wrong, or no framework has that name."""


class WaiverError(InputError):
    """A waiver file does not read, or does not follow its schema."""


class OutputError(InputError):
    """The output folder cannot be written."""


class NoAccessError(AuditorError):
    """Nothing could be audited."""

    exit_code = 4


class CredentialsError(NoAccessError):
    """Credentials are missing, expired or refused."""


class AssumeRoleError(NoAccessError):
    """The role of an account could not be assumed."""


class EndpointError(NoAccessError):
    """An AWS endpoint does not answer."""


class RemediationError(AuditorError):
    """A plan was refused, is stale, or was not wholly applied."""

    exit_code = 5


class ReportError(AuditorError):
    """The audit is done and kept, but a report could not be written."""

    exit_code = 6
