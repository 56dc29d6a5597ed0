"""Compliance frameworks and the JSON Schemas of every document, as data and never as code.

This is a package only so that `importlib.resources` finds the files in a wheel, a zip and a bare clone alike. Nothing
here is imported for what it does.
"""
