"""One realistic estate: every planted defect is found by exactly the checks that should, and a clean one has none.

The checks here are those that judge sources; what is wrong with a destination itself is in the tests of those checks.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.check import FrameworksCheck, subject_word
from auditor.evaluate import Options, evaluate
from auditor.model import Bucket, Estate, LogGroup, Outcome, StrangeDestination
from auditor.reading import Json, Present, Reading, Setting
from checks import BUILTIN
from tests.estates import (
    ACCOUNT,
    LOG_GROUP,
    OTHER_ACCOUNT,
    PARTITIONED,
    REGION,
    absent,
    account,
    account_region,
    allow_delivery,
    arrived,
    bucket,
    cloudwatch,
    denied,
    deny_plain_http,
    destination,
    encrypted,
    estate,
    policy,
    present,
    to,
)
from tests.frameworks import framework
from tests.json_values import values

NOT_HERE = frozenset({"cloudtrail-data-events"})
"""A check of sources that is not about their logs."""
CHECKS = tuple(
    check
    for check in BUILTIN
    if subject_word(check) == "source" and check.about.id not in NOT_HERE and not isinstance(check, FrameworksCheck)
)
FRAMEWORK = framework(
    "all",
    {"everything": [check.about.id for check in CHECKS]},
    retention_min_days=365,
    retention_max_days=450,
    retention_hot_days=90,
)


def source(
    name: str,
    end: str,
    prefix: str | None = None,
    *,
    key_format: Json = None,
    stem: str | None = None,
    region: str = REGION,
    owner: str = ACCOUNT,
    hours: float | None = 2,
) -> Bucket:
    """A bucket that logs to `end`, and whose newest log object is so many hours old."""
    given = f"{name}/" if prefix is None else prefix
    return bucket(
        name,
        logging=to(end, given, key_format=key_format),
        account=owner,
        region=region,
        readings=arrived(end, given if stem is None else stem, hours=hours),
    )


def spoilt(name: str, setting: Setting, reading: Reading[Json], **where: str) -> Bucket:
    """A destination with one setting that is not as it should be."""
    return destination(name, readings={setting: reading}, **where)  # type: ignore[arg-type]  # account or Region


def rules(*listed: Json) -> Reading[Json]:
    return present({"Rules": [*listed], "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K"})


def rule(name: str, **members: Json) -> Json:
    return {"ID": name, "Status": "Enabled", "Filter": {"Prefix": ""}, **members}


EXPIRES = rule("expire", Expiration={"Days": 400}, NoncurrentVersionExpiration={"NoncurrentDays": 30})

CLEAN: tuple[Bucket, ...] = (
    destination("logs-eu"),
    source("web-eu", "logs-eu"),
    source("data-eu", "logs-eu"),
    source("lake-eu", "logs-eu", "all/", key_format=PARTITIONED, stem=f"all/{ACCOUNT}/{REGION}/lake-eu/"),
    source("pond-eu", "logs-eu", "all/", key_format=PARTITIONED, stem=f"all/{ACCOUNT}/{REGION}/pond-eu/"),
    destination("logs-us", region="us-east-1"),
    source("web-us", "logs-us", region="us-east-1"),
    destination("logs-pay", account=OTHER_ACCOUNT),
    source("ledger", "logs-pay", owner=OTHER_ACCOUNT),
    bucket("support"),  # logs go to CloudWatch
)

VPCE: Json = {
    "Sid": "OnlyFromOurNetwork",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::l-vpce", "arn:aws:s3:::l-vpce/*"],
    "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}},
}
FORBIDDEN = denied(Setting.REGION, "403")
STRANGE = (
    StrangeDestination(name="l-gone", account=ACCOUNT, head=absent("404"), owned=absent("404")),
    StrangeDestination(name="l-stranger", account=ACCOUNT, head=FORBIDDEN, owned=FORBIDDEN),
)

PLANTED: dict[str, tuple[tuple[Bucket, ...], set[str]]] = {
    "off": ((bucket("off"),), {"logging-enabled"}),
    "gone": ((source("gone", "l-gone"),), {"destination-exists"}),
    "stranger": ((source("stranger", "l-stranger"),), {"destination-exists", "destination-same-account"}),
    "region": ((source("region", "l-far"), destination("l-far", region="us-east-1")), {"destination-same-region"}),
    "account": (
        (
            source("account", "l-else"),
            spoilt(
                "l-else",
                Setting.POLICY,
                present(policy(allow_delivery("l-else", account=ACCOUNT))),
                account=OTHER_ACCOUNT,
            ),
        ),
        {"destination-same-account"},
    ),
    "myself": (
        (destination("myself", logging=to("myself", "own/"), readings=arrived("myself", "own/")),),
        {"self-logging"},
    ),
    "blue": (
        (
            destination("blue", logging=to("green", "blue/"), readings=arrived("green", "blue/")),
            destination("green", logging=to("blue", "green/"), readings=arrived("blue", "green/")),
        ),
        {"logging-loop"},
    ),
    "bare": ((source("bare", "l-bare", ""), destination("l-bare")), {"prefix-present"}),
    "runon": ((source("runon", "l-runon", "runon"), destination("l-runon")), {"prefix-delimited"}),
    "outer": (
        (source("outer", "l-nest", "n/"), source("inner", "l-nest", "n/inner/"), destination("l-nest")),
        {"prefix-collision"},
    ),
    "nopolicy": (
        (source("nopolicy", "l-nopolicy"), spoilt("l-nopolicy", Setting.POLICY, absent("NoSuchBucketPolicy"))),
        {"delivery-permitted"},
    ),
    "others": (
        (
            source("others", "l-others"),
            spoilt(
                "l-others",
                Setting.POLICY,
                present(policy(allow_delivery("l-others", sources="web-eu"), deny_plain_http("l-others"))),
            ),
        ),
        {"delivery-permitted"},
    ),
    "vpce": (
        (
            source("vpce", "l-vpce", hours=24 * 40),
            spoilt("l-vpce", Setting.POLICY, present(policy(allow_delivery("l-vpce"), VPCE))),
        ),
        {"delivery-not-denied", "delivery-fresh"},
    ),
    "kms": (
        (source("kms", "l-kms"), spoilt("l-kms", Setting.ENCRYPTION, present(encrypted("aws:kms")))),
        {"delivery-encryption"},
    ),
    "locked": (
        (
            source("locked", "l-locked"),
            spoilt(
                "l-locked",
                Setting.OBJECT_LOCK,
                present({"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}),
            ),
        ),
        {"delivery-object-lock"},
    ),
    "payer": (
        (source("payer", "l-payer"), spoilt("l-payer", Setting.REQUEST_PAYMENT, present({"Payer": "Requester"}))),
        {"delivery-requester-pays"},
    ),
    "stale": ((source("stale", "l-stale", hours=24 * 40), destination("l-stale")), {"delivery-fresh"}),
    "short": (
        (
            source("short", "l-short"),
            spoilt("l-short", Setting.LIFECYCLE, rules(EXPIRES, rule("debug", Expiration={"Days": 91}))),
        ),
        {"retention-minimum"},
    ),
    "endless": (
        (
            source("endless", "l-endless"),
            spoilt("l-endless", Setting.LIFECYCLE, absent("NoSuchLifecycleConfiguration")),
        ),
        {"retention-maximum"},
    ),
    "hidden": (
        (
            source("hidden", "l-hidden"),
            spoilt("l-hidden", Setting.LIFECYCLE, rules(rule("expire", Expiration={"Days": 400}))),
        ),
        {"retention-maximum"},
    ),
    "frozen": (
        (
            source("frozen", "l-frozen"),
            spoilt(
                "l-frozen",
                Setting.LIFECYCLE,
                rules(EXPIRES, rule("freeze", Transitions=[{"Days": 7, "StorageClass": "GLACIER"}])),
            ),
        ),
        {"retention-hot"},
    ),
}
"""Name of the bucket that fails -> what is planted, and the checks that have to say so."""

ALSO_FAIL: dict[str, set[str]] = {"green": {"logging-loop"}, "inner": {"prefix-collision"}}
"""The partners of a defect that takes two."""


def made(*buckets: Bucket) -> Estate:
    """The buckets in two accounts with three Regions in use; the logs of support go to a log group."""
    group = LogGroup(
        arn=LOG_GROUP,
        readings={Setting.LOG_GROUP: present({"logGroupName": "/s3/access", "retentionInDays": 400})},
    )
    regions = (account_region(readings=cloudwatch("support")), account_region("us-east-1"))
    owners = (account(regions=regions, log_groups=(group,)), account(OTHER_ACCOUNT))
    return estate(*buckets, accounts=owners, strange=STRANGE)


def outcomes(built: Estate, outcome: Outcome) -> dict[str, set[str]]:
    """Bucket -> the checks with that outcome."""
    evaluation = evaluate(built, (FRAMEWORK,), checks=CHECKS, options=Options())
    assert evaluation.crashes == ()
    found: dict[str, set[str]] = defaultdict(set)
    for one in evaluation.findings:
        if one.verdict.outcome is outcome:
            found[one.bucket].add(one.check)
    return dict(found)


def test_a_clean_estate_is_clean() -> None:
    """No exception and no doubt, in two accounts, three Regions, both key formats and both ways of delivery."""
    built = made(*CLEAN)

    assert outcomes(built, Outcome.FAIL) == {}
    assert outcomes(built, Outcome.UNKNOWN) == {}


def test_sources_of_a_clean_estate_pass_everything_about_deliveries() -> None:
    """Clean does not mean not applicable."""
    passing = outcomes(made(*CLEAN), Outcome.PASS)

    assert passing["web-eu"] == {check.about.id for check in CHECKS}
    assert passing["support"] == {"logging-enabled", "retention-minimum", "retention-maximum", "retention-hot"}
    assert "logs-eu" not in passing


def test_every_defect_is_found_by_the_checks_that_should() -> None:
    """And by no other: whoever mends what is reported has mended what is wrong."""
    everything = [*CLEAN, *(one for buckets, _ in PLANTED.values() for one in buckets)]

    found = outcomes(made(*everything), Outcome.FAIL)

    assert found == {name: checks for name, (_, checks) in PLANTED.items()} | ALSO_FAIL


def test_only_strangers_leave_doubt() -> None:
    """Of a bucket that belongs to nobody in view nothing can be known; all else is decided."""
    everything = [*CLEAN, *(one for buckets, _ in PLANTED.values() for one in buckets)]

    assert set(outcomes(made(*everything), Outcome.UNKNOWN)) == {"stranger"}


@pytest.mark.parametrize("name", PLANTED)
def test_a_defect_spoils_nobody_else(name: str) -> None:
    """Beside each single defect the clean buckets stay clean."""
    buckets, checks = PLANTED[name]

    found = outcomes(made(*CLEAN, *buckets), Outcome.FAIL)

    assert found[name] == checks
    assert not {one.name for one in CLEAN} & set(found)


def test_every_check_of_sources_has_a_defect() -> None:
    """A check that nothing here trips would not be tested at all."""
    assert {check for _, checks in PLANTED.values() for check in checks} == {check.about.id for check in CHECKS}


@pytest.mark.parametrize("setting", [one for one in Setting if one not in {Setting.NEWEST_LOG_OBJECT, Setting.TAGGING}])
def test_what_cannot_be_read_is_never_an_exception(setting: Setting) -> None:
    """With any one call refused everywhere, a clean estate has doubts at most, and every doubt names a call."""
    dark = denied(setting)

    def blind(one: Bucket) -> Bucket:
        readings = {key: dark if key is setting else reading for key, reading in one.readings.items()}
        region: Reading[str] = dark if setting is Setting.REGION else one.region
        return replace(one, readings=readings, region=region)

    built = made(*CLEAN)
    accounts = tuple(
        replace(
            owner,
            regions=tuple(replace(one, readings={**one.readings, setting: dark}) for one in owner.regions),
            log_groups=tuple(replace(one, readings={**one.readings, setting: dark}) for one in owner.log_groups),
        )
        for owner in built.accounts
    )
    built = replace(built, buckets=tuple(blind(one) for one in built.buckets), accounts=accounts)

    evaluation = evaluate(built, (FRAMEWORK,), checks=CHECKS, options=Options())

    assert evaluation.crashes == ()
    assert [one for one in evaluation.findings if one.verdict.outcome is Outcome.FAIL] == []
    for one in evaluation.findings:
        if one.verdict.outcome is Outcome.UNKNOWN:
            assert dark.api in one.verdict.reason or "was not called" in one.verdict.reason


SMALL = made(
    source("app", "logs", "x/", key_format=PARTITIONED, stem=f"x/{ACCOUNT}/{REGION}/app/"),
    source("web", "logs"),
    bucket("support"),
    destination("logs"),
)


def places(document: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every node of a document, the whole one included."""
    yield path
    match document:
        case dict():
            for key, value in document.items():
                yield from places(value, (*path, key))
        case list():
            for index, value in enumerate(document):
                yield from places(value, (*path, index))
        case _:
            pass


def replaced(document: Json, path: tuple[str | int, ...], value: Json) -> Json:
    """The document with another value at the path."""
    match document, path:
        case _, ():
            return value
        case dict(), (str(key), *rest):
            return {**document, key: replaced(document[key], tuple(rest), value)}
        case list(), (int(index), *rest):
            return [*document[:index], replaced(document[index], tuple(rest), value), *document[index + 1 :]]
        case _:
            raise AssertionError("the path leads through the document")


def opened(reading: Reading[Json]) -> Json:
    """The document of a reading, None for one without; the policy inside its text."""
    match reading:
        case Present(value={"Policy": str(text)}):
            return {"Policy": json.loads(text)}
        case Present(value=document):
            return document
        case _:
            return None


def closed(setting: Setting, document: Json) -> Reading[Json]:
    """The reading of a document, the policy as text again where there still is one."""
    if setting is Setting.POLICY and isinstance(document, dict) and not isinstance(document.get("Policy"), str):
        return present({**document, "Policy": json.dumps(document.get("Policy"))})
    return present(document)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_no_answer_breaks_a_check(data: st.DataObject) -> None:
    """Any value at any place of any answer: nothing crashes, and every verdict can be written down."""
    one = data.draw(st.sampled_from([bucket for bucket in SMALL.buckets if bucket.name != "support"]))
    setting = data.draw(st.sampled_from(sorted(one.readings)))
    document = opened(one.readings[setting])
    path = data.draw(st.sampled_from(list(places(document))))
    reading = closed(setting, replaced(document, path, data.draw(values)))
    broken = replace(one, readings={**one.readings, setting: reading})
    buckets = tuple(broken if other is one else other for other in SMALL.buckets)

    evaluation = evaluate(replace(SMALL, buckets=buckets), (FRAMEWORK,), checks=CHECKS, options=Options())

    assert evaluation.crashes == ()
    assert all(finding.fingerprint.startswith("sha256:") for finding in evaluation.findings)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_answer_about_a_region_breaks_a_check(data: st.DataObject) -> None:
    """So with CloudWatch deliveries and log groups."""
    owner = SMALL.accounts[0]
    region, group = owner.regions[0], owner.log_groups[0]
    setting = data.draw(st.sampled_from([*cloudwatch("support"), Setting.LOG_GROUP]))
    document = opened({**region.readings, **group.readings}[setting])
    path = data.draw(st.sampled_from(list(places(document))))
    reading = present(replaced(document, path, data.draw(values)))
    changed = replace(
        owner,
        regions=(replace(region, readings={**region.readings, setting: reading}), *owner.regions[1:]),
        log_groups=(replace(group, readings={**group.readings, setting: reading}),),
    )

    built = replace(SMALL, accounts=(changed, *SMALL.accounts[1:]))
    evaluation = evaluate(built, (FRAMEWORK,), checks=CHECKS, options=Options())

    assert evaluation.crashes == ()
