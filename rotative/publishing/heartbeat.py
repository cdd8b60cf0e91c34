"""Heartbeats and the watchdog: how processes tell their supervisor that they are at work, and how it sees one hang.

Each process writes its number into a pipe of the supervisor once a second, from a thread of its own, and stops when its
work has not gone on for too long. Without a supervisor the same goes to systemd, where it has a watchdog.
"""

import os
import select
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

BEAT_SECONDS: Final = 1.0
_NUMBER: Final = struct.Struct("<q")

_pipe: int | None = None  # its end for writing; processes have it from the supervisor, by fork
_went_on_at = 0.0


def start(stuck_seconds: float = float("inf")) -> None:
    """Let this process beat from now on, as long as `note_progress` is called at least every so many seconds."""
    note_progress()
    if _pipe is None:
        tell_systemd("READY=1")
    if _pipe is not None or "NOTIFY_SOCKET" in os.environ:
        threading.Thread(target=_beat, args=(stuck_seconds,), name="heartbeat", daemon=True).start()


def note_progress() -> None:
    """Note that the work of this process goes on."""
    global _went_on_at
    _went_on_at = time.monotonic()


def _beat(stuck_seconds: float) -> None:
    while True:
        if time.monotonic() - _went_on_at < stuck_seconds:
            if _pipe is None:
                tell_systemd("WATCHDOG=1")
            else:
                with suppress(OSError):  # full while the supervisor itself stands still
                    os.write(_pipe, _NUMBER.pack(os.getpid()))
        time.sleep(BEAT_SECONDS)


def tell_systemd(state: str) -> None:
    """Tell systemd, if it started this process, how the service is; see sd_notify(3)."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
            notice.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)


class Watchdog:
    """The supervisor's end of the pipe: knows every process that has ever beaten, and which have fallen silent.

    Processes are held by descriptors, not by their numbers, which the system gives to others.
    """

    def __init__(self) -> None:
        global _pipe
        self._reading, _pipe = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._heard_at: dict[int, float] = {}
        self._handles: dict[int, int] = {}
        self._listened_at = time.monotonic()

    def expect(self, number: int) -> None:
        """Count on the beats of a process that has just been started."""
        self._hear(number, time.monotonic())

    def listen(self, silent_seconds: float) -> Iterator[int]:
        """Kill the processes that have not beaten for so many seconds, and yield their numbers."""
        now = time.monotonic()
        for number in self._read():
            self._hear(number, now)
        if now - self._listened_at > silent_seconds / 4:  # it was this process, or the machine, that stood still
            self._heard_at = dict.fromkeys(self._heard_at, now)
        self._listened_at = now
        for number, handle in list(self._handles.items()):
            if _has_ended(handle):
                self._forget(number)
            elif now - self._heard_at[number] > silent_seconds:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                self._forget(number)
                yield number

    def _read(self) -> set[int]:
        found: set[int] = set()
        with suppress(BlockingIOError):
            while data := os.read(self._reading, _NUMBER.size * 512):
                found.update(number for (number,) in _NUMBER.iter_unpack(data))
        return found

    def _hear(self, number: int, now: float) -> None:
        if number not in self._handles:
            try:
                self._handles[number] = os.pidfd_open(number)
            except OSError:  # it has ended meanwhile, or this system has no such descriptors
                return
        self._heard_at[number] = now

    def _forget(self, number: int) -> None:
        os.close(self._handles.pop(number))
        del self._heard_at[number]


def _has_ended(handle: int) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(0))
