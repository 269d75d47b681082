"""The nouns of volunteering, by chapter: people, teams, calls, invitations, evidence, certificates."""

from lingju.volunteering.models.calls import Call
from lingju.volunteering.models.certificates import ServiceCertificate
from lingju.volunteering.models.evidence import Evidence
from lingju.volunteering.models.invitations import Invitation
from lingju.volunteering.models.teams import Team, TeamMember
from lingju.volunteering.models.volunteers import (
    Availability,
    Qualification,
    Skill,
    Volunteer,
    VolunteerGuardian,
)

__all__ = [
    "Availability",
    "Call",
    "Evidence",
    "Invitation",
    "Qualification",
    "ServiceCertificate",
    "Skill",
    "Team",
    "TeamMember",
    "Volunteer",
    "VolunteerGuardian",
]
