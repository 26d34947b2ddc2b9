"""A client of the bench API, with nothing but Python's standard library.

    nasboard start
    python3 bench.py http://127.0.0.1:7080

As a module it is the same for tests of your own, and the library of bench.resource for Robot Framework.
"""

import json
import os
import sys
import urllib.error
import urllib.request


class StepFailed(AssertionError):
    """A step did not pass: the text says which, what was expected and what was seen."""


class Bench:
    """A live bench at URL. The token is that of NASBOARD_TOKEN, where nasboard asks for one."""

    ROBOT_LIBRARY_SCOPE = "SUITE"

    def __init__(self, url="http://127.0.0.1:7080", token=None):
        self.api = url.rstrip("/") + "/api/v1"
        self.token = token or os.environ.get("NASBOARD_TOKEN")

    def ask(self, method, path, body=None):
        """Makes a request; answers the bytes. A refusal is an error with the text of the bench."""
        request = urllib.request.Request(self.api + path, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.read().decode()}") from None

    def do(self, *steps, at_once=False):
        """Does steps, as a scenario file has them; answers what they have captured, by name."""
        query = "?at-once=true" if at_once else ""
        answer = json.loads(self.ask("POST", "/steps" + query, list(steps)))
        for step in answer["steps"]:
            if step["outcome"] not in ("passed", "not-run"):
                seen = step.get("problem") or f"expected {step['expected']}, seen {step['seen']}"
                raise StepFailed(f"step {step['index']}, {step['step']}: {seen}")
        return answer["captures"]

    def board(self):
        """All that can be seen of the board."""
        return json.loads(self.ask("GET", "/board"))

    def set_speed(self, speed=None, paused=None):
        """1, 10, "max"; paused stops time or lets it go on."""
        wanted = {"speed": speed, "paused": paused}
        self.ask("PUT", "/speed", {name: value for name, value in wanted.items() if value is not None})

    def snapshot(self, name):
        """Names the present instant."""
        self.ask("POST", "/snapshots", {"name": name})

    def restore(self, name):
        """Goes back to a named instant."""
        self.ask("POST", f"/snapshots/{name}/restore", {})

    def trace(self, source=None):
        """What has happened so far, record by record; of a source, where one is named."""
        lines = self.ask("GET", "/trace" + (f"?source={source}" if source else "")).splitlines()
        return [json.loads(line) for line in lines[1:]]


def main(url):
    bench = Bench(url)
    bench.do({"power": "on"}, {"wait-state": {"appliance": "ready"}}, at_once=True)
    bench.snapshot("ready")
    for hold, expected in [("2.9s", "ready"), ("3s", "resetting-basic"), ("10s", "resetting-advanced")]:
        bench.restore("ready")
        bench.do(
            {"press": {"part-id": "reset", "hold": hold}},
            {"delay": "100ms"},
            {"expect-state": {"appliance": expected}},
            at_once=True,
        )
        board = bench.board()
        print(f"{hold:>5}  {board['charts']['appliance']:<20} led {board['leds']['status']['pattern']}")
    print(f"{len(bench.trace('reset'))} records of the RESET line")


if __name__ == "__main__":
    main(*sys.argv[1:])
