"""The measures: small pure functions with definition and source, proved equal to the field's tools."""
