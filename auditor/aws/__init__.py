"""The only place that talks to AWS, and so the only one that imports boto3 or botocore."""
