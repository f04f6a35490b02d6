"""The README's blocks of commands.

Usage: python .ci/readme.py SECTION            those of a section, as they are pasted
       python .ci/readme.py SECTION refused    of them those of which the line before says so
       python .ci/readme.py all                every one
       python .ci/readme.py check              whether they are good to paste
       python .ci/readme.py printed <OUTPUT    the calls that a start of the local system printed
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def blocks(section=None):
    """Pairs of the line before a block and its commands."""
    text = (ROOT / "README.md").read_text()
    if section:
        [text] = re.findall(rf"(?ms)^## {section}\n(.*?)(?=^## |\Z)", text)
    return re.findall(r"(?m)^(.*)\n\n```sh\n((?:(?!```).*\n)*)```$", text)


def check():
    found = blocks()
    text = (ROOT / "README.md").read_text()
    assert len(found) == text.count("\n```sh\n"), "a block of commands has no line before it"
    for _, commands in found:
        assert not re.search(r"(?m)(^|\s)#", commands), f"zsh takes no comments:\n{commands}"
        assert "RANDOM" not in commands, f"dash has no $RANDOM:\n{commands}"
        assert not re.search(r"export .*(KEY|SECRET|TOKEN|PASSWORD)", commands), f"keys stay behind:\n{commands}"
    english, chinese = (shape((ROOT / name).read_text()) for name in ("README.md", "README.zh-CN.md"))
    for what, own in english.items():
        assert own == chinese[what], f"the READMEs differ in their {what}:\n{own}\n{chinese[what]}"


def shape(text):
    """What a README has in any language."""
    code = r"(?ms)^```\w*\n.*?^```$"
    prose = re.sub(code, "", text)
    return {
        "commands": re.findall(code, text),
        "headings": re.findall(r"(?m)^#+ ", prose),
        "list items": len(re.findall(r"(?m)^\* ", prose)),
        "table rows": len(re.findall(r"(?m)^\|", prose)),
        "numbers of functions": sorted(set(re.findall(r"`((?:okay|xweibo|qzone)-[a-z-]+)`", prose))),
        "options": sorted(set(re.findall(r"--[a-z][a-z-]+", prose))),
    }


def printed(output):
    """From the lines for people, or the JSON for programs."""
    for line in output:
        if line.startswith("{"):
            yield from json.loads(line).get("calls", [])
        elif re.match(r"  (T=|curl )", line):
            yield line.strip()


if __name__ == "__main__":
    what, only = sys.argv[1], sys.argv[2:] == ["refused"]
    if what == "check":
        check()
    elif what == "printed":
        print("\n".join(printed(sys.stdin)))
    else:
        for before, commands in blocks(None if what == "all" else what):
            if not only or "refused" in before:
                sys.stdout.write(commands)
