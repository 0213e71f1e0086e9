"""The bank: who works there, in which team, at whose cost."""

from __future__ import annotations

from dataclasses import dataclass

PORTFOLIO = "core-banking"


@dataclass(frozen=True)
class Team:
    """A row of the charter's teams."""

    id: str
    title: str
    cost_centre: str
    lead: str
    external: bool = False


@dataclass(frozen=True)
class Person:
    """A row of the charter's people. Everybody has a sample key."""

    id: str
    name: str
    team: str

    @property
    def email(self) -> str:
        """An address in a domain that is reserved for examples."""
        return f"{self.id}@bank.example"


TEAMS = (
    Team("PMO", "Programme Office", "CC-100", "helen.marsh"),
    Team("EXC", "Executive Committee", "CC-001", "tomas.brandt"),
    Team("INT", "Integration", "CC-210", "daniel.kowalski"),
    Team("DAT", "Data Migration", "CC-220", "fatima.haddad"),
    Team("CLD", "Cloud Platform", "CC-230", "oskar.lind"),
    Team("TST", "Testing", "CC-240", "joan.pereira"),
    Team("SEC", "Security", "CC-310", "victor.stan"),
    Team("CHN", "Digital Channels", "CC-320", "lucy.chen"),
    Team("FIN", "Finance and Products", "CC-410", "marco.bellini"),
    Team("OPS", "Bank Operations", "CC-420", "sarah.whitfield"),
    Team("VMO", "Vendor Management (Procurement)", "CC-510", "anita.desai"),
    Team("CORVANE", "Corvane Systems, vendor of the legacy core", "CC-510", "robert.hale", external=True),
    Team("PAYLANE", "Paylane, card processor", "CC-510", "robert.hale", external=True),
)

PEOPLE = (
    Person("helen.marsh", "Helen Marsh", "PMO"),
    Person("tomas.brandt", "Tomas Brandt", "EXC"),
    Person("priya.raman", "Priya Raman", "EXC"),
    Person("grace.okafor", "Grace Okafor", "EXC"),
    Person("daniel.kowalski", "Daniel Kowalski", "INT"),
    Person("mei.tanaka", "Mei Tanaka", "INT"),
    Person("fatima.haddad", "Fatima Haddad", "DAT"),
    Person("oskar.lind", "Oskar Lind", "CLD"),
    Person("joan.pereira", "Joan Pereira", "TST"),
    Person("victor.stan", "Victor Stan", "SEC"),
    Person("lucy.chen", "Lucy Chen", "CHN"),
    Person("marco.bellini", "Marco Bellini", "FIN"),
    Person("sarah.whitfield", "Sarah Whitfield", "OPS"),
    Person("anita.desai", "Anita Desai", "VMO"),
    Person("robert.hale", "Robert Hale", "VMO"),
)

COO, CIO, CFO = "tomas.brandt", "priya.raman", "grace.okafor"

LEADS = {team.id: team.lead for team in TEAMS}
NAMES = {person.id: person.name for person in PEOPLE}
