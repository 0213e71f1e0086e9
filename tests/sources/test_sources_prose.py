"""What people write under tickets is kept as long as somebody may wait with them."""

from __future__ import annotations

from pathlib import Path

from msproject_help import items as tasks
from msproject_help import plan, read, task
from source_help import batch, put

from cockpit.records.model import WorkItem
from cockpit.sources.prose import LAST, LONGEST

JIRA = "Summary,Issue key,Issue id,Status,Description,Comment,Comment,Comment,Comment,Comment Count\n"


def items(folder: Path, name: str, content: str) -> dict[str, WorkItem]:
    put(folder, name, content)
    read = batch(folder, name)
    return {each.id: each for each in read.records["work_items"] if isinstance(each, WorkItem)}


def texts(item: WorkItem, *names: str) -> list[str]:
    return [text for name, text in item.extra if name in names]


def test_of_open_tickets_the_description_and_the_last_comments_are_kept(tmp_path: Path) -> None:
    rows = (
        "Map,INT-1,1,In Progress,What the vendor sends,one,two,three,four,4\n"
        "Test,INT-2,2,Done,Long,one,two,,,2\n"
        f"Sign,INT-3,3,To Do,{'x' * 5000},,only this,,,1\n"
    )
    found = items(tmp_path, "jira.csv", JIRA + rows)
    assert texts(found["INT-1"], "Comment") == ["two", "three", "four"] and LAST == 3
    assert texts(found["INT-1"], "Description") == ["What the vendor sends"]
    assert texts(found["INT-2"], "Comment", "Description") == [], "of finished work they say nothing"
    assert texts(found["INT-3"], "Comment") == ["only this"]
    assert len(texts(found["INT-3"], "Description")[0]) == LONGEST
    assert all(not texts(each, "Comment Count") or texts(each, "Comment Count") == ["4"] for each in found.values())


def test_markup_is_taken_out_and_nothing_of_it_is_obeyed(tmp_path: Path) -> None:
    azure = (
        "ID,Work Item Type,Title,State,Description,Discussion\n"
        '7,Task,Map,Active,"<div>Waiting for <b>Acme</b></div><script>x</script>\x1b[31m",none\n'
    )
    (found,) = items(tmp_path, "azure.csv", azure).values()
    (said,) = texts(found, "Description")
    assert said.startswith("Waiting for Acme") and "<" not in said and "\x1b" not in said


def test_the_notes_of_an_unfinished_task_of_a_plan_are_kept(tmp_path: Path) -> None:
    note = "<Notes><![CDATA[Waiting for Acme\r\n& the vendor\x85]]></Notes>"
    open_, over = task(1, more=note), task(2, more=f"<PercentComplete>100</PercentComplete>{note}")
    found = tasks(read(tmp_path, plan(open_ + over + task(3))))
    assert texts(found["1"], "Notes") == ["Waiting for Acme\n& the vendor"]
    assert texts(found["2"], "Notes") == texts(found["3"], "Notes") == []
