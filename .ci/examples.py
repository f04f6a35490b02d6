"""Pastes every example call of the documentation's pages and runs it: each must succeed.

Each language has a local system of its own, because calls change what later ones find. The pages are read from it, so
the calls are those that a visitor sees.
"""

import concurrent.futures
import html
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOCAL = ROOT / "target/debug/local"
JAVA = ROOT / ".ci/Examples.java"
# Seconds for a start, and for all calls of a language.
START, LIMIT = 30, 170
# How the text of a call is run; Java's run in one machine.
PROGRAMS = {
    "curl in bash": ("curl", "call.sh", ["bash"]),
    "curl in zsh": ("curl", "call.sh", ["zsh"]),
    "curl in dash": ("curl", "call.sh", ["dash"]),
    "PHP": ("php", "call.php", ["php"]),
    "Python": ("python", "call.py", [sys.executable]),
    "JavaScript": ("javascript", "call.mjs", ["node"]),
    "Java": ("java", "Call.java", None),
}
SUCCESS = re.compile(
    r'"ret":200,"data":\{"err_code":0|"errno":0|"code":"A00006"|"ret":"?0"?[,}]|^oauth_token=|<!DOCTYPE html>.*<(form|article)', re.DOTALL
)


def start(folder):
    """A local system: its process and its address."""
    out = folder / "out"
    with out.open("w") as file:
        command = [LOCAL, "--memory", "--port", "0", "--dynamodb-port", "0"]
        server = subprocess.Popen(command, stdout=file, stderr=(folder / "log").open("w"))
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        text = out.read_text()
        if text.endswith("\n"):
            return server, json.loads(text)["gateway"]
        time.sleep(0.05)
    server.kill()
    raise SystemExit("the local system did not start")


def read(url):
    return urllib.request.urlopen(url, timeout=START).read().decode()


def calls(base, language):
    """The text of each operation's call, in the order of the index: the sample data is made for that order."""
    pages = re.findall(r'<li data-entry[^>]*><a href="([^"]+)"', read(f"{base}/docs?lang=en"))
    for page in pages:
        [text] = re.findall(rf'<pre [^>]*data-call="{language}">(.*?)</pre>', read(f"{base}{page}?lang=en"), re.DOTALL)
        yield page, html.unescape(text)


def run(name):
    """What failed in a language, and how many calls there were."""
    language, file, program = PROGRAMS[name]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server, base = start(folder)
        try:
            # Two at a time must not write the same picture.
            own = str(folder / "pixel.png")
            texts = [(page, text.replace("/tmp/pixel.png", own)) for page, text in calls(base, language)]
            paths = []
            for number, (_, text) in enumerate(texts):
                (folder / str(number)).mkdir()
                paths.append(folder / str(number) / file)
                paths[-1].write_text(text)
            answers = java(paths) if program is None else [execute([*program, path]) for path in paths]
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=START)
    outcomes = zip(texts, answers, strict=True)
    failed = [f"{name}, {page}: {answer[-600:]}" for (page, _), answer in outcomes if not SUCCESS.search(answer)]
    return failed, len(texts)


def execute(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT)
    return done.stdout.decode(errors="replace")


def java(paths):
    """One machine compiles and runs all of them; its answers are separated by lines of NUL."""
    output = execute(["java", "-Dfile.encoding=UTF-8", JAVA, *paths])
    return output.split("\0\n")[: len(paths)] if "\0" in output else [output] * len(paths)


def main():
    began = time.monotonic()
    wrong = []
    # Two at a time: there are few cores.
    with concurrent.futures.ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, (failed, number) in zip(PROGRAMS, pool.map(run, PROGRAMS)):
            assert number > 60, f"{number} pages"
            print(f"{name}: {number - len(failed)} of {number} calls succeeded", flush=True)
            wrong += failed
    print(f"{time.monotonic() - began:.0f} s")
    if wrong:
        raise SystemExit("\n".join(wrong))


main()
