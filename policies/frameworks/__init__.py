"""The shipped frameworks, one TOML file each; the file's stem is the framework's id."""
