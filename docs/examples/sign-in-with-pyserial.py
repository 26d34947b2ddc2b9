"""Signs in at the serial console of a board that is new.

    nasboard start --serial rfc2217:4000
    python3 sign-in-with-pyserial.py rfc2217://127.0.0.1:4000 LABEL_PASSWORD

The address may be any that pyserial knows: the terminal (/tmp/nasboard-1000/ttyS0), socket://, rfc2217://.
"""

import sys

import serial


class Console:
    """What the board says, from the last match on."""

    def __init__(self, url):
        self.port = serial.serial_for_url(url, baudrate=115200, timeout=15)

    def wait_for(self, text):
        seen = self.port.read_until(text.encode()).decode(errors="replace")
        if not seen.endswith(text):
            raise SystemExit(f"waited for {text!r}, seen {seen!r}")
        return seen

    def type_line(self, text):
        self.port.write(text.encode() + b"\r")


def main(url, password):
    console = Console(url)
    console.type_line("")
    console.wait_for("login: ")
    console.type_line("admin")
    console.wait_for("Password: ")
    console.type_line(password)
    seen = console.wait_for("New password: ")
    print(seen.strip().splitlines()[0])
    console.port.close()


main(*sys.argv[1:])
