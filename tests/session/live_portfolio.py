"""A small portfolio in a folder: a vendor whose owner has not proven what an integration team waits for."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PEOPLE = ("vera", "ivo", "sam")

TABLES = {
    "teams.csv": """\
id,title,cost_centre,lead
vendor,Vendor management,200,vera
integration,Integration,100,ivo
""",
    "objectives.csv": """\
id,title,owner,target_date,cost_of_delay_per_day
cloud,Core in the cloud,sam,2025-06-30,10000
""",
    "kpis.csv": """\
id,objective,title,owner,direction,baseline,target,cadence_days
K-1,cloud,Straight-through rate,sam,higher,80,95,40
""",
    "readings.csv": """\
kpi,as_of,value
K-1,2025-03-20,93.4
""",
    "projects.csv": """\
id,title,objectives,owner,sponsor,team,baseline_finish
P1,Integration layer,cloud,ivo,sam,integration,2025-05-30
""",
    "work_items.csv": """\
id,project,title,kind,team,owner,status,duration_days,actual_start,actual_finish
I-1,P1,Design,activity,integration,ivo,Done,5,2025-03-03,2025-03-07
I-2,P1,Build,activity,integration,ivo,To Do,20,,
M-1,P1,Interfaces live,milestone,integration,ivo,To Do,0,,
""",
    "links.csv": """\
predecessor,successor
I-1,I-2
I-2,M-1
""",
    "dependencies.csv": """\
id,title,giver_team,receiver_team,giver_owner,receiver_owner,receiver_item,needed_by,acceptance
D-1,API documentation,vendor,integration,vera,ivo,I-2,2025-04-07,All 40 endpoints documented
""",
    "status_reports.csv": """\
project,as_of,status
P1,2025-03-28,Green
""",
}


def key_file(folder: Path, name: str) -> Path:
    """Return the private key file of a person, made at the first call."""
    path = folder / f"{name}.key"
    if not path.exists():
        pem = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        key = Ed25519PrivateKey.generate()
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(*pem))
        line = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        path.with_name(path.name + ".pub").write_text(f"{line.decode()} {name}\n")
    return path


def charter(today: str = "2025-03-31", more: str = "") -> str:
    fixed = f"today = {today}\n" if today else ""
    return f'[portfolio]\nid = "core"\ntitle = "Core banking"\ncurrency = "USD"\n{fixed}{more}'


def make(folder: Path, keys: Path, *, today: str = "2025-03-31", more: str = "", **tables: str) -> Path:
    """Write the portfolio; `tables` replace the text of a table by its name, empty leaves it out."""
    folder.mkdir(parents=True, exist_ok=True)
    keys.mkdir(parents=True, exist_ok=True)
    (folder / "portfolio.toml").write_text(charter(today, more))
    rows = [
        f"{p},{p.title()},{team_of(p)},{key_file(keys, p).with_suffix('.key.pub').read_text().strip()}" for p in PEOPLE
    ]
    texts = TABLES | {"people.csv": "\n".join(["id,name,team,key", *rows]) + "\n"}
    texts |= {f"{name}.csv": text for name, text in tables.items()}
    for name, text in texts.items():
        if text:
            (folder / name).write_text(text)
    return folder


def team_of(person: str) -> str:
    return {"vera": "vendor", "ivo": "integration"}.get(person, "board")
