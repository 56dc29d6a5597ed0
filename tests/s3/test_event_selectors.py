"""Which S3 data events the event selectors of a trail take in."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.reading import Json
from auditor.s3.event_selectors import Event, Selector, event_space, parse_event_selectors
from auditor.s3.truth import Truth, any_of

BASE = "arn:aws:s3:::app/"


def advanced(*fields: Json, name: str = "") -> dict[str, Json]:
    """A GetEventSelectors answer with one advanced selector for data events of S3 objects, narrowed by `fields`."""
    always: list[Json] = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]
    return {"AdvancedEventSelectors": [{"Name": name, "FieldSelectors": [*always, *fields]}]}


def basic(*values: str, kind: str = "All", resource: str = "AWS::S3::Object") -> dict[str, Json]:
    """A GetEventSelectors answer with one basic selector."""
    resources: list[Json] = [{"Type": resource, "Values": [*values]}]
    return {"EventSelectors": [{"ReadWriteType": kind, "IncludeManagementEvents": True, "DataResources": resources}]}


def answers(*documents: Json, base: str = BASE) -> dict[str, set[Truth]]:
    """What the selectors of all the documents together say of reads and of writes of a bucket's objects."""
    selectors = [selector for document in documents for selector in parse_event_selectors(document)]
    events = event_space(selectors).events(base)
    assert events is not None
    found: dict[str, set[Truth]] = {"reads": set(), "writes": set()}
    for event in events:
        word = "reads" if event["readOnly"] == "true" else "writes"
        found[word].add(any_of(selector.takes(event) for selector in selectors))
    return found


ALL, NONE, SOME = {Truth.TRUE}, {Truth.FALSE}, {Truth.TRUE, Truth.FALSE}


@pytest.mark.parametrize(
    ("document", "reads", "writes"),
    [
        (basic("arn:aws:s3"), ALL, ALL),
        (basic("arn:aws:s3:::"), ALL, ALL),
        (basic(BASE), ALL, ALL),
        (basic("arn:aws:s3:::other/", BASE), ALL, ALL),
        (basic(BASE, kind="ReadOnly"), ALL, NONE),
        (basic(BASE, kind="WriteOnly"), NONE, ALL),
        (basic(f"{BASE}exports/"), SOME, SOME),
        (basic("arn:aws:s3:::other/"), NONE, NONE),
        (basic("arn:aws:s3:::app2/"), NONE, NONE),
        (basic("arn:aws-us-gov:s3"), NONE, NONE),
        (basic("arn:aws:lambda", resource="AWS::Lambda::Function"), NONE, NONE),
        (basic(), NONE, NONE),
        ({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}, NONE, NONE),
        ({"EventSelectors": []}, NONE, NONE),
        ({}, NONE, NONE),
    ],
)
def test_basic_selectors(document: Json, reads: set[Truth], writes: set[Truth]) -> None:
    """A value is the beginning of an ARN: of every bucket, of one bucket with its slash, or of a folder in it."""
    assert answers(document) == {"reads": reads, "writes": writes}


@pytest.mark.parametrize("value", ["arn:aws:s3:::app", "arn:aws:s3:::ap", "arn:aws", ""])
def test_a_bucket_without_its_slash_is_undecidable(value: str) -> None:
    """AWS documents the slash for basic selectors and does not say what happens without it."""
    assert answers(basic(value)) == {"reads": {Truth.UNDECIDABLE}, "writes": {Truth.UNDECIDABLE}}
    assert "does not document" in parse_event_selectors(basic(value))[0].doubt


def test_a_doubtful_value_touches_no_other_bucket() -> None:
    """What it may take in begins with it, whatever AWS makes of the missing slash."""
    assert answers(basic("arn:aws:s3:::zoo")) == {"reads": NONE, "writes": NONE}


@pytest.mark.parametrize(
    ("fields", "reads", "writes"),
    [
        ((), ALL, ALL),
        (({"Field": "readOnly", "Equals": ["true"]},), ALL, NONE),
        (({"Field": "readOnly", "Equals": ["false"]},), NONE, ALL),
        (({"Field": "readOnly", "Equals": ["false", "true"]},), ALL, ALL),
        (({"Field": "resources.ARN", "StartsWith": [BASE]},), ALL, ALL),
        (({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::app"]},), ALL, ALL),
        (({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::zoo/", BASE]},), ALL, ALL),
        (({"Field": "resources.ARN", "StartsWith": [f"{BASE}x/"]},), SOME, SOME),
        (({"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::zoo/"]},), NONE, NONE),
        (({"Field": "resources.ARN", "Equals": [f"{BASE}one-object"]},), SOME, SOME),
        (({"Field": "resources.ARN", "Equals": [BASE]},), NONE, NONE),
        (({"Field": "resources.ARN", "EndsWith": [".parquet"]},), SOME, SOME),
        (({"Field": "resources.ARN", "NotStartsWith": [BASE]},), NONE, NONE),
        (({"Field": "resources.ARN", "NotStartsWith": ["arn:aws:s3:::zoo/"]},), ALL, ALL),
        (({"Field": "resources.ARN", "NotStartsWith": [f"{BASE}tmp/"]},), SOME, SOME),
        (({"Field": "resources.ARN", "NotEquals": [f"{BASE}one-object"]},), SOME, SOME),
        (({"Field": "resources.ARN", "NotEquals": ["arn:aws:s3:::zoo/x"]},), ALL, ALL),
        (({"Field": "resources.ARN", "NotEndsWith": [".tmp"]},), SOME, SOME),
        (({"Field": "resources.ARN", "StartsWith": [BASE], "NotStartsWith": [f"{BASE}tmp/"]},), SOME, SOME),
        (({"Field": "resources.ARN", "StartsWith": [f"{BASE}x/"], "EndsWith": [""]},), ALL, ALL),
        (({"Field": "eventName", "Equals": ["GetObject", "PutObject"]},), SOME, SOME),
        (({"Field": "eventName", "Equals": ["GetObject"]},), SOME, NONE),
        (({"Field": "eventName", "NotEquals": ["HeadObject"]},), SOME, ALL),
        (({"Field": "eventName", "NotStartsWith": ["Put"]},), ALL, SOME),
        (({"Field": "userIdentity.arn", "NotStartsWith": ["arn:aws:sts::111122223333:assumed-role/etl"]},), SOME, SOME),
        (({"Field": "sessionCredentialFromConsole", "Equals": ["true"]},), SOME, SOME),
        (({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]},), ALL, ALL),
        (({"Field": "eventSource", "NotEquals": ["s3.amazonaws.com"]},), NONE, NONE),
    ],
)
def test_advanced_selectors(fields: tuple[Json, ...], reads: set[Truth], writes: set[Truth]) -> None:
    """Fields are AND; within a field what selects is OR, what deselects is AND, and both are AND together."""
    assert answers(advanced(*fields)) == {"reads": reads, "writes": writes}


@pytest.mark.parametrize("field", ["eventType", "vpcEndpointId", "errorCode", "somethingNew"])
def test_filters_on_other_fields_are_undecidable(field: str) -> None:
    """What they leave of S3 data events is not documented, or depends on who asks."""
    document = advanced({"Field": field, "Equals": ["AwsApiCall"]})

    assert answers(document) == {"reads": {Truth.UNDECIDABLE}, "writes": {Truth.UNDECIDABLE}}
    assert field in parse_event_selectors(document)[0].doubt


@pytest.mark.parametrize(
    "fields",
    [
        [{"Field": "eventCategory", "Equals": ["Management"]}],
        [{"Field": "eventCategory", "Equals": ["NetworkActivity"]}, {"Field": "eventSource", "Equals": ["s3.example"]}],
        [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3Express::Object"]},
        ],
    ],
)
def test_selectors_for_other_events_take_no_object_event(fields: list[Json]) -> None:
    """Management and network events, and other types of resources, are none of ours."""
    assert parse_event_selectors({"AdvancedEventSelectors": [{"FieldSelectors": [*fields]}]}) == ()


def test_a_selector_without_what_aws_requires_is_undecidable() -> None:
    """Nobody knows what CloudTrail would make of it."""
    fields: list[Json] = [{"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]

    assert answers({"AdvancedEventSelectors": [{"FieldSelectors": fields}]})["reads"] == {Truth.UNDECIDABLE}


def test_a_condition_without_values_is_undecidable() -> None:
    """AWS does not accept one today, so nobody knows what it would mean."""
    document = advanced({"Field": "eventName", "Equals": []})

    assert answers(document)["writes"] == {Truth.UNDECIDABLE}
    assert "eventName" in parse_event_selectors(document)[0].doubt


@pytest.mark.parametrize(
    "documents",
    [
        (basic(BASE, kind="ReadOnly"), basic(BASE, kind="WriteOnly")),
        (
            advanced({"Field": "resources.ARN", "StartsWith": [f"{BASE}x/"]}),
            advanced({"Field": "resources.ARN", "NotStartsWith": [f"{BASE}x/"]}),
        ),
        (
            advanced({"Field": "resources.ARN", "EndsWith": [".csv"]}),
            advanced({"Field": "resources.ARN", "NotEndsWith": [".csv"], "StartsWith": [BASE]}),
        ),
        (
            advanced({"Field": "readOnly", "Equals": ["false"]}),
            advanced({"Field": "eventName", "NotEquals": ["PutObject"]}),
        ),
        (
            advanced({"Field": "userIdentity.arn", "NotStartsWith": ["arn:aws:sts::1"]}),
            advanced({"Field": "userIdentity.arn", "StartsWith": ["arn:aws:sts::"]}),
        ),
    ],
)
def test_selectors_complete_each_other(documents: tuple[Json, ...]) -> None:
    """What one leaves out another may take in: only together are they judged."""
    assert answers(*documents) == {"reads": ALL, "writes": ALL}


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"EventSelectors": {}},
        {"EventSelectors": [{"ReadWriteType": "Sometimes", "DataResources": []}]},
        {"EventSelectors": [{"DataResources": [{"Type": "AWS::S3::Object", "Values": [7]}]}]},
        {"AdvancedEventSelectors": [{}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Equals": ["Data"]}]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "readOnly", "Like": ["*"]}]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "readOnly", "Equals": "true"}]}]},
    ],
)
def test_another_shape_is_refused(document: Json) -> None:
    """Nothing is concluded from a document that we do not understand."""
    with pytest.raises(ValueError, match=r"must be|not known"):
        parse_event_selectors(document)


def test_a_selector_shows_what_touches_the_bucket() -> None:
    """A selector of hundreds of buckets would bury the one that matters."""
    others = [f"arn:aws:s3:::bucket-{number}/" for number in range(200)]
    selector = parse_event_selectors(
        advanced({"Field": "resources.ARN", "StartsWith": [*others, f"{BASE}x/"]}, name="some")
    )[0]

    shown = selector.about(BASE)

    assert shown["resources.ARN StartsWith"] == [f"{BASE}x/"]
    assert shown["Name"] == "some"


def test_too_many_kinds_are_said_to_be_too_many() -> None:
    """Rather no answer than a scan that never ends."""
    fields: list[Json] = [
        {"Field": "resources.ARN", "StartsWith": [f"{BASE}{number}" for number in range(60)], "EndsWith": [".a"]},
        {"Field": "eventName", "Equals": [f"Get{number}" for number in range(60)]},
    ]

    assert event_space(parse_event_selectors(advanced(*fields))).events(BASE) is None


def test_hundreds_of_values_for_other_buckets_cost_nothing() -> None:
    """Only what touches the bucket makes kinds of its own."""
    others: list[Json] = [f"arn:aws:s3:::bucket-{number}/x" for number in range(500)]
    found = event_space(parse_event_selectors(advanced({"Field": "resources.ARN", "StartsWith": others}))).events(BASE)

    assert found is not None
    assert len(found) == 2


LETTERS = st.text(alphabet="ab/", max_size=3)
VALUES = st.lists(LETTERS.map(lambda text: BASE + text) | LETTERS, min_size=1, max_size=3)
OPERATORS = st.dictionaries(
    st.sampled_from(["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"]),
    VALUES,
    min_size=1,
    max_size=3,
)


def selected(fields: list[dict[str, list[str]]], key: str) -> bool:
    """The User Guide's rules, spelled out once more: whether one of the selectors takes the object."""

    def met(operators: dict[str, list[str]], name: str) -> bool:
        values = operators.get(name, [])
        if name.endswith("StartsWith"):
            return any(key.startswith(value) for value in values)
        return any(key.endswith(value) for value in values) if name.endswith("EndsWith") else key in values

    return any(
        (
            not {"Equals", "StartsWith", "EndsWith"} & operators.keys()
            or any(met(operators, name) for name in ("Equals", "StartsWith", "EndsWith"))
        )
        and not any(met(operators, name) for name in ("NotEquals", "NotStartsWith", "NotEndsWith"))
        for operators in fields
    )


@settings(max_examples=120, deadline=None)
@given(st.lists(OPERATORS, min_size=1, max_size=3))
def test_no_object_escapes_the_events_that_are_looked_at(fields: list[dict[str, list[str]]]) -> None:
    """For every short key: if all kinds of events are taken then so is the key, and if none is then it is not."""
    selectors: list[Selector] = []
    for operators in fields:
        field: dict[str, Json] = {"Field": "resources.ARN", **{name: [*values] for name, values in operators.items()}}
        selectors.extend(parse_event_selectors(advanced(field)))
    events = event_space(selectors).events(BASE)
    assert events is not None

    def taken(event: Event) -> bool:
        return any_of(selector.takes(event) for selector in selectors) is Truth.TRUE

    verdicts = {taken(event) for event in events}
    keys = ("".join(letters) for length in (1, 2, 3) for letters in product("abc/", repeat=length))
    actual = {selected(fields, BASE + key) for key in keys}

    assert actual <= verdicts
    assert verdicts == {True} or not any(selector.takes_all(BASE) for selector in selectors)
