#!/usr/bin/env python3
"""Holds the subjects of this branch's commits to the rules of CONTRIBUTING.md.

Those of the commits that `origin/main` does not have; where there are none, or no `origin/main`, the newest.
"""

import re
import subprocess
import sys

MAX = 72
# A verb in another form than the imperative, mostly; these are none.
FINE = {"Bring", "Bless", "Compress", "Cross", "Discuss", "Embed", "Express", "Feed", "Focus", "Need", "Pass", "Press", "Process", "Seed", "Shed", "Speed", "String"}


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True)


def fault(subject):
    word = subject.split(" ", 1)[0]
    if len(subject) > MAX:
        return f"{len(subject)} characters, at most {MAX}"
    if subject.endswith("."):
        return "a full stop at its end"
    if not re.fullmatch(r"[A-Z][a-z]+(-[a-z]+)*", word):
        return "no verb at its beginning"
    if word not in FINE and re.search(r"(ed|ing|[^s]s)$", word):
        return f"{word!r} is no imperative"
    return None


def main():
    own = git("log", "--no-merges", "--format=%s", "origin/main..HEAD")
    subjects = own.stdout.splitlines() if own.returncode == 0 else []
    subjects = subjects or git("log", "--no-merges", "-1", "--format=%s").stdout.splitlines()
    faults = [(subject, fault(subject)) for subject in subjects if fault(subject)]
    for subject, why in faults:
        print(f"{subject}: {why}")
    print(f"{len(subjects)} subjects, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
