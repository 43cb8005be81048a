"""Runs a command on a terminal of its own and answers its questions, as a person does.

A JSON list on standard input says what to do: wait for a text, then send an answer. What the terminal showed and how the
command ended come out as JSON.
"""

import json
import os
import pty
import select
import sys
import time

PATIENCE = 60


def main():
    asked = json.load(sys.stdin)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(asked["folder"])
        os.execvp(asked["command"][0], asked["command"])
    shown, seen, steps, until = b"", 0, list(asked["steps"]), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            more = os.read(terminal, 4096)
        except OSError:  # Linux says so where the other end is closed.
            break
        if not more:
            break
        shown += more
        while steps and (at := shown.find(steps[0]["wait"].encode(), seen)) >= 0:
            seen = at + len(steps[0]["wait"].encode())
            os.write(terminal, steps.pop(0)["send"].encode())
    else:
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    print(json.dumps({"shown": shown.decode(errors="replace"), "code": code, "left": steps}))


main()
