"""What talks to a FHIR server. No Qt."""
