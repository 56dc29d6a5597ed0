"""What a verdict quotes from a bucket policy: the statement as AWS returned it, with the place where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from auditor.model import Evidence
from auditor.reading import Json, Setting
from auditor.s3.bucket_policy import Statement


@lru_cache(maxsize=4096)
def quote(statement: Statement, *, bucket: str) -> Evidence:
    """The statement of the policy of `bucket` as evidence."""
    return Evidence(
        setting=Setting.POLICY, path=f"Policy.Statement[{statement.index}]", value=as_json(statement.raw), bucket=bucket
    )


def as_json(value: object) -> Json:
    """`value`, part of a document that was parsed from JSON, as the type that says so; TypeError for anything else."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [as_json(item) for item in value]
        case Mapping():
            return {str(name): as_json(item) for name, item in value.items()}
        case _:
            raise TypeError(f"a JSON document holds no {type(value).__name__}")
