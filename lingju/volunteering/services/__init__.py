"""The verbs of volunteering, by chapter: people, teams, calls, invitations, evidence, hours, certificates."""
