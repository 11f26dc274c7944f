"""FHIR R4: regimens and logs as resources and back, and the checks on both."""
