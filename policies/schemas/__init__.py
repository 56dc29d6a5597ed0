"""JSON Schema 2020-12 for every document that is read or written; `NAME.schema.json` describes a NAME document."""
