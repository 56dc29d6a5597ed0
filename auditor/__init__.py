"""Audits the posture of Amazon S3 server access logging and proves what it says."""

__version__ = "0.1.0"
