"""Put a network file to use for the district: the part of `lingju streets` that needs the database."""

from pathlib import Path

from lingju.site.commands import _django  # noqa: F401  isort: skip

from django.conf import settings

from lingju.kernel.errors import Refusal
from lingju.kernel.rules import SystemActor
from lingju.places.models import District
from lingju.places.services import streets


def use(file: Path) -> int:
    """Let the district of this installation walk on a network file."""
    district = District.objects.filter(code=settings.LINGJU.district).first()
    if district is None:
        print(f"district {settings.LINGJU.district} has not been founded: run `lingju prepare` first")
        return 1
    try:
        row = streets.load(district, file, actor=SystemActor(district.pk))
    except Refusal as refusal:
        print(refusal)
        return 1
    print(f"{district} walks on {row.source}: {row.nodes} nodes, {row.edges} edges")
    return 0
