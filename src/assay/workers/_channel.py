"""Messages over a socket pair: a length, then that many bytes.

The parent's end never blocks, so that a worker which stops in the middle of a message holds nobody up. The worker's end
blocks: it has nothing else to do.
"""

import socket
import struct
from collections.abc import Iterator

_LENGTH = struct.Struct("!Q")

# A worker that is out of order could announce any length; no result of ours comes near this one.
MAX_MESSAGE_BYTES = 256 * 1024 * 1024

_CHUNK = 256 * 1024


class Channel:
    """The parent's end. Raises `EOFError` or `OSError` once the worker is gone."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self.socket = end
        self._outgoing = memoryview(b"")
        self._incoming = bytearray()

    @property
    def sending(self) -> bool:
        """Whether part of a message still waits to be written."""
        return len(self._outgoing) > 0

    def send(self, message: bytes) -> None:
        """Take `message` to be sent; `flush` it until `sending` is false."""
        self._outgoing = memoryview(_LENGTH.pack(len(message)) + message)
        self.flush()

    def flush(self) -> None:
        """Write what the worker's end takes now."""
        try:
            while self._outgoing:
                self._outgoing = self._outgoing[self.socket.send(self._outgoing) :]
        except BlockingIOError:
            return

    def receive(self) -> Iterator[bytes]:
        """Read what has arrived, and yield the messages that are whole by now."""
        try:
            data = self.socket.recv(_CHUNK)
        except BlockingIOError:
            return
        if not data:
            raise EOFError
        self._incoming += data
        while len(self._incoming) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._incoming)
            end = _LENGTH.size + length
            if length > MAX_MESSAGE_BYTES:
                raise EOFError
            if len(self._incoming) < end:
                return
            message = bytes(memoryview(self._incoming)[_LENGTH.size : end])
            del self._incoming[:end]
            yield message


def send(end: socket.socket, message: bytes) -> None:
    """Write one message at the worker's end."""
    end.sendall(_LENGTH.pack(len(message)) + message)


def receive(end: socket.socket) -> bytes | None:
    """Read one message at the worker's end; None once the parent has closed its end."""
    length = _exactly(end, _LENGTH.size)
    return None if length is None else _exactly(end, _LENGTH.unpack(length)[0])


def _exactly(end: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        more = end.recv(min(size - len(data), _CHUNK))
        if not more:
            return None
        data += more
    return bytes(data)
