"""What AWS answered becomes the reading that the call table says, and denial is never absence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditor.aws.access import Answer, everything
from auditor.aws.reads import DEEP, is_gone, reading
from auditor.aws.trouble import Failure
from auditor.reading import Absent, Json, Present, Scope, Setting, Unreadable

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def answer(document: dict[str, Json], request_id: str = "R") -> Answer:
    """A 200 with this document."""
    return Answer(document=document, request_id=request_id, read_at=NOW)


def failure(code: str) -> Failure:
    """An error answer."""
    return Failure(code=code, message="m", request_id="R", read_at=NOW)


def test_an_answer_is_present_with_request_id_and_time() -> None:
    """Evidence needs the answer whole, with the id of its request and the time."""
    document: dict[str, Json] = {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}

    assert reading(Setting.LOGGING, answer(document)) == Present(value=document, request_id="R", read_at=NOW)


def test_an_answer_without_the_member_is_absent() -> None:
    """GetBucketLogging of a bucket without logging is a plain 200."""
    assert reading(Setting.LOGGING, answer({})) == Absent(request_id="R", read_at=NOW)


def test_a_page_that_is_not_from_aws_proves_no_absence() -> None:
    """A proxy's page parses as an answer that holds nothing; without a request id it is malformed."""
    read = reading(Setting.LOGGING, answer({}, request_id=""))

    assert isinstance(read, Unreadable)
    assert read.code == "Malformed"


@pytest.mark.parametrize(
    ("setting", "code"), [(setting, code) for setting in Setting for code in setting.call.absent_codes]
)
def test_the_codes_that_mean_not_configured(setting: Setting, code: str) -> None:
    """Exactly the codes of the call table mean absence."""
    assert reading(setting, failure(code)) == Absent(code=code, request_id="R", read_at=NOW)


@pytest.mark.parametrize("setting", list(Setting))
@pytest.mark.parametrize(
    "code", ["AccessDenied", "403", "AllAccessDisabled", "MethodNotAllowed", "InternalError", "EndpointConnectionError"]
)
def test_any_other_code_is_unreadable(setting: Setting, code: str) -> None:
    """A denied call is never taken for an absent setting, of whatever setting."""
    assert reading(setting, failure(code)) == Unreadable(
        setting=setting, code=code, message="m", request_id="R", read_at=NOW
    )


def test_a_deleted_bucket_is_recognised() -> None:
    """NoSuchBucket on any call says that the bucket is gone; an absent policy does not."""
    gone = Unreadable(setting=Setting.LOGGING, code="NoSuchBucket")
    denied = Unreadable(setting=Setting.LOGGING, code="AccessDenied")

    assert is_gone({Setting.LOGGING: gone})
    assert not is_gone({Setting.LOGGING: denied, Setting.POLICY: Absent(code="NoSuchBucketPolicy")})


def test_pages_become_one_document() -> None:
    """All pages are kept with all their request ids, empty ones in between too; one failure spoils the whole."""
    pages = [answer({"Items": [1], "Next": "t"}, "R1"), answer({"Items": []}, "R2"), answer({"Items": [2]}, "R3")]

    whole = everything(iter(pages), "Items")

    assert whole == Answer(document={"Items": [1, 2]}, request_id="R1 R2 R3", read_at=NOW)
    assert everything(iter([*pages, failure("Throttling")]), "Items") == failure("Throttling")


def test_a_deep_look_reads_all_settings_of_destinations() -> None:
    """The deep look follows the call table, so a new setting cannot be forgotten."""
    assert set(DEEP) == {setting for setting in Setting if setting.call.scope is Scope.DESTINATION}
    assert len(DEEP) == 13
