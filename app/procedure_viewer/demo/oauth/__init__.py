"""Signing in to the demo server: OAuth 2.0 as Canvas and SMART App Launch have it, with OpenID Connect's id_token.

RFC 6749, 6750, 7009, 7636, 8252, 9207; http://hl7.org/fhir/smart-app-launch/app-launch.html. Nobody has a password: who
signs in is chosen from a list of people who don't exist. All state is in memory and ends with the process.
"""
