"""What FHIR says, as values. Pure: no Qt, no network, no disk."""
