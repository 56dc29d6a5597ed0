"""The tool that a user agent claims to be; a claim only, for a client may send any text."""

from __future__ import annotations

import re
from typing import Final

from auditor.activity.sql_text import case, literal

FAMILIES: Final = {
    "boto3": ("boto3/",),
    "aws-cli": ("aws-cli/",),
    "aws-sdk-java": ("aws-sdk-java",),
    "aws-sdk-js": ("aws-sdk-js", "aws-sdk-nodejs"),
    "aws-sdk-go": ("aws-sdk-go",),
    "S3Console": ("s3console",),
    "Chrome": ("chrome/", "chromium/", "crios/"),
    "Firefox": ("firefox/", "fxios/"),
    "Safari": ("safari/",),
    "curl": ("curl/", "libcurl"),
    "wget": ("wget/",),
    "rclone": ("rclone/",),
    "s3cmd": ("s3cmd",),
    "s5cmd": ("s5cmd",),
    "s3fs": ("s3fs",),
    "goofys": ("goofys",),
    "mountpoint-s3": ("mountpoint-s3",),
    "MinIO": ("minio",),
    "Cyberduck": ("cyberduck", "mountain duck"),
    "S3 Browser": ("s3 browser",),
    "WinSCP": ("winscp",),
    "CloudBerry": ("cloudberry",),
    "Hadoop": ("hadoop", "elasticmapreduce"),
    "Athena": ("athena",),
    "Terraform": ("terraform",),
    "AWSPowerShell": ("awspowershell",),
    "botocore": ("botocore/", "aiobotocore/"),
    "boto": ("boto/",),
    "aws-sdk-net": ("aws-sdk-net", "aws-sdk-dotnet"),
    "aws-sdk-php": ("aws-sdk-php",),
    "aws-sdk-ruby": ("aws-sdk-ruby",),
    "aws-sdk-rust": ("aws-sdk-rust",),
    "aws-sdk-cpp": ("aws-sdk-cpp",),
    "aws-sdk-swift": ("aws-sdk-swift",),
    "aws-sdk-kotlin": ("aws-sdk-kotlin",),
    "aws-sdk": ("aws-sdk",),
    "AWS service": ("amazonaws.com", "aws-internal", "awssupport", "amazon cloudfront"),
    "python-requests": ("python-requests/",),
    "python-urllib": ("python-urllib",),
    "aiohttp": ("aiohttp/",),
    "Go-http-client": ("go-http-client/",),
    "okhttp": ("okhttp/",),
    "Apache-HttpClient": ("apache-httpclient/",),
    "PowerShell": ("powershell/",),
    "Postman": ("postmanruntime/",),
    "Java": ("java/",),
    "aria2": ("aria2/",),
    "HTTrack": ("httrack",),
    "Internet Explorer": ("msie ", "trident/"),
    "scanner": ("nuclei", "sqlmap", "nikto", "nmap", "masscan", "zgrab", "gobuster", "dirbuster", "ffuf", "wpscan"),
    "bot": ("bot/", "bot;", "bot)", "crawler", "spider"),
}
"""Families and the texts, in lower case, that mark them. The leftmost mark counts: tools put their own name first and
the libraries they use behind it. Of two marks at one place the earlier in this table counts."""
# Browsers built on Chromium name themselves last.
_DISGUISED: Final = (("Edge", " edg/"), ("Opera", " opr/"))
_HOST: Final = "Chrome"
OTHER: Final = "other"

_MARKS: Final = {mark: family for family, marks in FAMILIES.items() for mark in marks}


def _pattern(*marks: str) -> str:
    """An expression, the same for Python and DuckDB, for any of the marks in upper or lower case.

    Case is spelled out, for the two differ in how they fold letters outside ASCII.
    """
    return "|".join(
        "".join(f"[{char}{char.upper()}]" if char.isalpha() else re.escape(char) for char in mark) for mark in marks
    )


_ANY: Final = re.compile(_pattern(*_MARKS))
_DISGUISES: Final = tuple((family, re.compile(_pattern(mark))) for family, mark in _DISGUISED)


def user_agent_family(user_agent: str | None) -> str | None:
    """The family of a user agent; `other` for one that we do not know, None where there is none."""
    if user_agent is None:
        return None
    found = _ANY.search(user_agent)
    if found is None:
        return OTHER
    family = _MARKS[found[0].lower()]
    if family == _HOST:
        return next((name for name, mark in _DISGUISES if mark.search(user_agent)), family)
    return family


def user_agent_family_sql(user_agent: str) -> str:
    """SQL equal to `user_agent_family` for the SQL expression `user_agent`, where NULL is no user agent."""
    mark = f"lower(regexp_extract({user_agent}, {literal(_ANY.pattern)}))"
    disguised = (
        (f"{mark} = {literal(own)} AND regexp_matches({user_agent}, {literal(other.pattern)})", literal(name))
        for own in FAMILIES[_HOST]
        for name, other in _DISGUISES
    )
    plain = ((f"{mark} = {literal(text)}", literal(family)) for text, family in _MARKS.items())
    return case((f"{user_agent} IS NULL", "NULL"), *disguised, *plain, default=literal(OTHER))
