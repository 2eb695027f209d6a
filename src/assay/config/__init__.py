"""`assay.toml` text to a frozen `Config`."""
