"""The service under load, beside others that serve the same bytes or the same data."""
