"""Whether CloudTrail records the data events of a bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from auditor.model import Account, Estate, Trail
from auditor.reading import NOT_COLLECTED, Json, Reading, Setting, Unreadable
from auditor.s3.data_events import DataEvents, Extent, data_events, evidence_of
from tests.estates import ACCOUNT, OTHER_ACCOUNT, REGION, account, account_region, bucket, denied, estate, present

EVERYTHING: Json = {
    "EventSelectors": [
        {"ReadWriteType": "All", "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}]}
    ]
}
MANAGEMENT: Json = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}
LOGS: Json = {"IsLogging": True}


def only(kind: str, value: str = "arn:aws:s3") -> Json:
    """Selectors for only reads or writes, or for some of the ARNs."""
    resource: Json = {"Type": "AWS::S3::Object", "Values": [value]}
    return {"EventSelectors": [{"ReadWriteType": kind, "DataResources": [resource]}]}


def trail(
    name: str = "main",
    *,
    owner: str = ACCOUNT,
    home: str = REGION,
    everywhere: bool | None = True,
    organization: bool | None = False,
    custom: bool | None = True,
    status: Json | Reading[Json] = LOGS,
    selectors: Json | Reading[Json] = EVERYTHING,
) -> Trail:
    """A trail that records everything everywhere, until something is changed."""
    flags = {
        "IsMultiRegionTrail": everywhere,
        "IsOrganizationTrail": organization,
        "HasCustomEventSelectors": custom,
    }
    arn = f"arn:aws:cloudtrail:{home}:{owner}:trail/{name}"
    document: dict[str, Json] = {"Name": name, "TrailARN": arn, "HomeRegion": home}
    return Trail(
        arn=arn,
        home_region=home,
        document={**document, **{key: value for key, value in flags.items() if value is not None}},
        readings={Setting.TRAIL_STATUS: _reading(status), Setting.EVENT_SELECTORS: _reading(selectors)},
    )


def _reading(found: Json | Reading[Json]) -> Reading[Json]:
    return present(found) if isinstance(found, dict | list | str) else found  # type: ignore[return-value]  # no None


def owner_of(
    *trails: Trail,
    identifier: str = ACCOUNT,
    region: str = REGION,
    listed: Reading[Json] | None = None,
) -> Account:
    """An account whose one Region lists these trails."""
    documents: list[Json] = [{"TrailARN": one.arn, "HomeRegion": one.home_region} for one in trails]
    readings: Mapping[Setting, Reading[Json]] = {Setting.TRAILS: listed or present({"trailList": documents})}
    here = account_region(region, account=identifier, readings=readings)
    return account(identifier, regions=(here,), trails=trails)


def found(*accounts: Account, of: str = ACCOUNT, region: str | Reading[str] = REGION, name: str = "app") -> DataEvents:
    """What is recorded of a bucket of the account `of`."""
    return found_in(estate(bucket(name, account=of, region=region), accounts=accounts))


def found_in(built: Estate) -> DataEvents:
    """What is recorded of the first bucket of the estate."""
    return data_events(built, built.buckets[0], partition="aws")


NOT_READ = denied(Setting.EVENT_SELECTORS)
NO_STATUS = denied(Setting.TRAIL_STATUS)


@pytest.mark.parametrize(
    ("trails", "extent"),
    [
        ((), Extent.NONE),
        ((trail(),), Extent.WHOLE),
        ((trail(status={"IsLogging": False}),), Extent.NONE),
        ((trail(status={"IsLogging": False}, selectors=NOT_READ),), Extent.NONE),
        ((trail(status=NO_STATUS),), Extent.UNKNOWN),
        ((trail(status={"IsLogging": "yes"}),), Extent.UNKNOWN),
        ((trail(status=NO_STATUS, selectors=MANAGEMENT),), Extent.NONE),
        ((trail(selectors=NOT_READ),), Extent.UNKNOWN),
        ((trail(selectors={"EventSelectors": "all"}),), Extent.UNKNOWN),
        ((trail(selectors=NOT_READ, custom=False),), Extent.NONE),
        ((trail(selectors=NOT_READ, custom=None),), Extent.UNKNOWN),
        ((trail(selectors=MANAGEMENT),), Extent.NONE),
        ((trail(selectors=only("ReadOnly")),), Extent.PARTLY),
        ((trail(selectors=only("All", "arn:aws:s3:::app/secret/")),), Extent.PARTLY),
        ((trail(selectors=only("All", "arn:aws:s3:::app")),), Extent.UNKNOWN),
        ((trail(selectors=only("All", "arn:aws:s3:::other/")),), Extent.NONE),
        ((trail("r", selectors=only("ReadOnly")), trail("w", selectors=only("WriteOnly"))), Extent.WHOLE),
        ((trail("r", selectors=only("ReadOnly")), trail("w", selectors=NOT_READ)), Extent.UNKNOWN),
        ((trail("a"), trail("b", selectors=NOT_READ)), Extent.WHOLE),
        ((trail("a"), trail("b", status=NO_STATUS)), Extent.WHOLE),
        (
            (trail("a", selectors=only("ReadOnly")), trail("b", status=NO_STATUS, selectors=only("ReadOnly"))),
            Extent.PARTLY,
        ),
        ((trail(everywhere=False),), Extent.WHOLE),
        ((trail(everywhere=False, home="us-east-1"),), Extent.NONE),
        ((trail(everywhere=True, home="us-east-1"),), Extent.WHOLE),
        ((trail(everywhere=None, home="us-east-1"),), Extent.UNKNOWN),
        ((trail(everywhere=None),), Extent.WHOLE),
        ((trail(owner=OTHER_ACCOUNT, organization=True),), Extent.WHOLE),
        ((trail(owner=OTHER_ACCOUNT, organization=True, everywhere=False, home="us-east-1"),), Extent.NONE),
        ((trail(owner=OTHER_ACCOUNT, organization=False),), Extent.NONE),
        ((trail(owner=OTHER_ACCOUNT, organization=None),), Extent.UNKNOWN),
    ],
)
def test_extent(trails: tuple[Trail, ...], extent: Extent) -> None:
    """All trails together decide; what was not read matters only if it could change the answer."""
    assert found(owner_of(*trails)).extent is extent


def test_a_list_that_was_not_read_may_hide_a_trail() -> None:
    """No trail in sight is no proof that there is none."""
    unread = denied(Setting.TRAILS)
    answer = found(owner_of(listed=unread))

    assert answer.extent is Extent.UNKNOWN
    assert answer.unread == (unread,)


def test_a_trail_in_sight_is_enough_when_the_list_was_not_read() -> None:
    """Another Region of the account shows a trail of all Regions."""
    elsewhere = account_region("us-east-1")
    here = account_region(readings={Setting.TRAILS: denied(Setting.TRAILS)})

    assert found(account(regions=(here, elsewhere), trails=(trail(),))).extent is Extent.WHOLE


@pytest.mark.parametrize("listed", [{"trailList": "none"}, {}, {"trailList": [{"Name": "no ARN"}]}])
def test_a_list_that_makes_no_sense_may_hide_a_trail(listed: Json) -> None:
    """What we do not understand is not an empty list."""
    assert found(owner_of(listed=present(listed))).extent is Extent.UNKNOWN


def test_a_listed_trail_that_was_not_asked_is_unknown() -> None:
    """A collection that was interrupted between the two questions proves nothing."""
    interrupted = replace(owner_of(trail()), trails=())
    answer = found(interrupted)

    assert answer.extent is Extent.UNKNOWN
    assert [unread.code for unread in answer.unread] == [NOT_COLLECTED]
    assert trail().arn in answer.unread[0].message


def test_a_region_that_nobody_asked_about_is_unknown() -> None:
    """The bucket lies where no list of trails was read."""
    assert found(owner_of(region="us-east-1")).extent is Extent.UNKNOWN


UNPLACED = Unreadable(setting=Setting.REGION, code="AccessDenied")


@pytest.mark.parametrize(
    ("one", "extent"),
    [
        (trail(), Extent.WHOLE),
        (trail(everywhere=False), Extent.UNKNOWN),
        (trail(everywhere=False, selectors=MANAGEMENT), Extent.NONE),
    ],
)
def test_a_bucket_in_an_unknown_region(one: Trail, extent: Extent) -> None:
    """A trail of all Regions records it wherever it lies; one of a single Region perhaps."""
    answer = found(owner_of(one), region=UNPLACED)

    assert answer.extent is extent
    assert answer.unread == ((UNPLACED,) if extent is Extent.UNKNOWN else ())


def organization(*members: str) -> dict[Setting, Reading[Json]]:
    """The reading of an organization with these accounts."""
    accounts: list[Json] = [{"Id": member} for member in members]
    return {Setting.ACCOUNT_LIST: present({"Accounts": accounts})}


@pytest.mark.parametrize(
    ("members", "shared", "extent"),
    [
        ((ACCOUNT, OTHER_ACCOUNT), True, Extent.WHOLE),
        ((ACCOUNT, OTHER_ACCOUNT), False, Extent.UNKNOWN),
        ((OTHER_ACCOUNT,), True, Extent.UNKNOWN),
        ((ACCOUNT,), True, Extent.UNKNOWN),
        ((), True, Extent.UNKNOWN),
    ],
)
def test_the_organization_covers_a_member_whose_own_list_was_not_read(
    members: tuple[str, ...], shared: bool, extent: Extent
) -> None:
    """A trail of the organization records all its accounts, if both belong to it for sure."""
    manager = owner_of(trail(owner=OTHER_ACCOUNT, organization=shared), identifier=OTHER_ACCOUNT)
    member = owner_of(listed=denied(Setting.TRAILS))
    built = replace(estate(bucket("app"), accounts=(member, manager)), organization=organization(*members))

    assert found_in(built).extent is extent


def test_a_member_that_does_not_see_the_trail_of_an_organization_is_not_covered() -> None:
    """DescribeTrails with shadow trails shows a member every trail that records it."""
    manager = owner_of(trail(owner=OTHER_ACCOUNT, organization=True), identifier=OTHER_ACCOUNT)
    built = replace(
        estate(bucket("app"), accounts=(owner_of(), manager)), organization=organization(ACCOUNT, OTHER_ACCOUNT)
    )

    assert found_in(built).extent is Extent.NONE


@pytest.mark.parametrize(
    ("selectors", "missing"),
    [
        (only("ReadOnly"), ("writes",)),
        (only("WriteOnly"), ("reads",)),
        (only("All", "arn:aws:s3:::app/x/"), ("some reads", "some writes")),
    ],
)
def test_what_is_missing_is_said(selectors: Json, missing: tuple[str, ...]) -> None:
    """A person who has to mend it learns what to add."""
    assert found(owner_of(trail(selectors=selectors))).missing == missing


def test_what_is_missing_has_an_example() -> None:
    """One key, call or identity that is left out says more than "some"."""
    fields: list[Json] = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::app/tmp/\n"]},
    ]
    answer = found(owner_of(trail(selectors={"AdvancedEventSelectors": [{"FieldSelectors": fields}]})))

    assert answer.missing[0] == "some reads (of keys like tmp/\\u{a}…)"


def test_the_partition_is_that_of_the_bucket() -> None:
    """ARNs of another partition are those of other buckets."""
    built = estate(bucket("app"), accounts=(owner_of(trail()),))

    assert data_events(built, built.buckets[0], partition="aws-us-gov").extent is Extent.NONE


def test_evidence_names_trail_status_and_selector() -> None:
    """An auditor can look the same facts up."""
    answer = found(owner_of(trail("records"), trail("idle", status={"IsLogging": False})))
    facts = evidence_of(answer, bucket="app")

    arn = trail("records").arn
    assert [(fact.setting, fact.path, fact.value) for fact in facts] == [
        ("trail-status", "IsLogging", {"trail": arn, "IsLogging": True}),
        (
            "event-selectors",
            "EventSelectors[0].DataResources[0]",
            {"trail": arn, "resources.ARN StartsWith": ["arn:aws:s3"]},
        ),
    ]


@pytest.mark.parametrize(
    ("trails", "paths"),
    [
        ((), ["trailList[]"]),
        ((trail(everywhere=False, home="us-east-1"),), ["trailList[].HomeRegion"]),
        ((trail(selectors=MANAGEMENT),), ["IsLogging", ""]),
        ((trail(selectors=NOT_READ, custom=False),), ["IsLogging", "trailList[].HasCustomEventSelectors"]),
        ((trail(status={"IsLogging": False}, selectors=NOT_READ),), ["IsLogging"]),
    ],
)
def test_evidence_that_nothing_is_recorded(trails: tuple[Trail, ...], paths: list[str]) -> None:
    """Each trail in sight shows why it does not count."""
    assert [fact.path for fact in evidence_of(found(owner_of(*trails)), bucket="app")] == paths
