"""guardduty-s3-protection: without it nobody watches the data events of S3 for known patterns of theft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.check import About, Context, RegionCheck
from auditor.model import Evidence, Severity, Verdict, failed, passed, undecidable, unreadable
from auditor.reading import NOT_COLLECTED, Absent, Json, Present, Reading, Setting, Unreadable, reading_of, view
from auditor.s3.documents import shown
from auditor.s3.subjects import RegionInUse
from auditor.shape import array, mapping, text

ABOUT = About(
    id="guardduty-s3-protection",
    title="GuardDuty S3 Protection is on",
    severity=Severity.LOW,
    reads=(Setting.DETECTORS, Setting.DETECTOR),
    rationale=(
        "Access logs are read days later, if at all. S3 Protection looks at the data events of S3 as they happen, and "
        "takes them from CloudTrail itself, so that it needs neither a trail nor access logs. It works in each account "
        "and Region on its own, and does not see requests that are not authenticated."
    ),
    remediation=(
        "Turn on GuardDuty in the account and Region and enable its S3 Protection (guardduty update-detector with the "
        "feature S3_DATA_EVENTS), for an organization from its delegated administrator."
    ),
    reference="https://docs.aws.amazon.com/guardduty/latest/ug/s3-protection.html",
)

FEATURE = "S3_DATA_EVENTS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """What GetDetector says: the detector's status, and that of S3 data events, None where it does not speak of them.

    `source` stands under DataSources, which AWS keeps beside `feature` for older programs.
    """

    status: str
    feature: str | None
    source: str | None


def judge(region: RegionInUse, context: Context) -> Verdict:
    """PASS when the one detector of the Region is on and looks at S3; FAIL without a detector."""
    where = f"{region.region} of account {region.account.id}"
    match _detector(region):
        case Unreadable() as unread:
            return unreadable(f"Whether GuardDuty looks at S3 in {where} is unknown", unread)
        case Absent():
            none = Evidence(setting=Setting.DETECTORS, path="DetectorIds", value=[])
            return failed(f"GuardDuty is not set up in {where}.", none)
        case Present(value=detector):
            return _judge(detector, where)


def _judge(detector: Detector, where: str) -> Verdict:
    facts = tuple(_facts(detector))
    if detector.status == "DISABLED":
        return failed(f"GuardDuty is suspended in {where}.", *facts)
    said = {detector.feature, detector.source} - {None}
    on = detector.feature if detector.feature is not None else detector.source
    if detector.status != "ENABLED" or not said <= {"ENABLED", "DISABLED"} or on is None:
        return undecidable(f"What GuardDuty says about S3 Protection in {where} is not documented.", *facts)
    if on == "ENABLED":
        return passed(f"GuardDuty S3 Protection is on in {where}.", *facts)
    if detector.source == "ENABLED":
        return undecidable(
            f"GuardDuty says in {where} both that S3 Protection is off (Features) and on (DataSources).", *facts
        )
    return failed(f"GuardDuty is on in {where}, but its S3 Protection is off.", *facts)


def _detector(region: RegionInUse) -> Reading[Detector]:
    if region.readings is None:
        return Unreadable(setting=Setting.DETECTORS, code=NOT_COLLECTED)
    detectors = view(reading_of(region.readings.readings, Setting.DETECTORS), Setting.DETECTORS, _ids)
    match detectors:
        case Unreadable():
            return detectors
        case Absent() | Present(value=()):
            return Absent()
        case Present():
            return view(reading_of(region.readings.readings, Setting.DETECTOR), Setting.DETECTOR, _parse)


def _ids(document: Json) -> tuple[str, ...]:
    found = array(mapping(document, "ListDetectors").get("DetectorIds"), "DetectorIds")
    return tuple(text(item, "DetectorIds[]") for item in found)


def _parse(document: Json) -> Detector:
    answer = mapping(document, "GetDetector")
    features = [mapping(item, "Features[]") for item in array(answer.get("Features", []), "Features")]
    feature = next((one for one in features if one.get("Name") == FEATURE), None)
    source = mapping(answer.get("DataSources", {}), "DataSources").get("S3Logs")
    path = "DataSources.S3Logs"
    return Detector(
        status=text(answer.get("Status"), "Status"),
        feature=None if feature is None else text(feature.get("Status"), "Features[].Status"),
        source=None if source is None else text(mapping(source, path).get("Status"), f"{path}.Status"),
    )


def _facts(detector: Detector) -> Iterator[Evidence]:
    yield Evidence(setting=Setting.DETECTOR, path="Status", value=shown(detector.status))
    if detector.feature is not None or detector.source is None:
        yield Evidence(setting=Setting.DETECTOR, path=f"Features[Name={FEATURE}].Status", value=detector.feature)
    if detector.source is not None and detector.source != detector.feature:
        yield Evidence(setting=Setting.DETECTOR, path="DataSources.S3Logs.Status", value=detector.source)


CHECK = RegionCheck(about=ABOUT, judge=judge)
