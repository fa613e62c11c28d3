# Runs queries of Log Service on lines of a log, as far as Stint's dashboard and alert rules use its language: words and phrases
# with "and", "or" and brackets, then a select. SQLite stands in for the service's SQL: it has what both have.
# Reads {"separators": [...], "queries": [{"query": "...", "lines": ["..."], "condition": "..." or null}]} and writes one
# {"rows": [...], "fires": true or false} for each.
import json
import re
import sqlite3
import sys

asked = json.load(sys.stdin)
SPLIT = re.compile("[" + re.escape("".join(asked["separators"])) + "]+")


def extract(message, path):
    try:
        value = json.loads(message).get(path.removeprefix("$."))
    except ValueError:
        return None
    return None if value is None else str(value)


def matches(search, line):
    words = set(SPLIT.split(line.lower()))
    said = re.sub(r'"([^"]+)"', lambda found: str(found.group(1).lower() in words), search)
    if not re.fullmatch(r"(?:True|False|and|or|[() ])+", said):
        raise ValueError(search)
    return eval(said)


def fires(condition, rows):
    for row in rows:
        values = {name: value for name, value in row.items() if value is not None}
        try:
            if eval(condition.replace("&&", " and "), {"__builtins__": {}}, values):
                return True
        except NameError as missing:
            if missing.name not in row:
                raise
    return False


answers = []
for one in asked["queries"]:
    search, select = one["query"].split(" | ", 1)
    found = sqlite3.connect(":memory:")
    found.row_factory = sqlite3.Row
    found.create_function("json_extract_scalar", 2, extract)
    found.execute("create table log (message text, __time__ integer)")
    lines = [line for line in one["lines"] if matches(search, line)]
    found.executemany("insert into log values (?, 1700000000)", [(line,) for line in lines])
    rows = [dict(row) for row in found.execute(select)]
    answers.append({"rows": rows, "fires": one["condition"] is not None and fires(one["condition"], rows)})
json.dump(answers, sys.stdout)
