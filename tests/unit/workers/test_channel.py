"""Messages arrive whole and in order, however the bytes are cut."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.workers import _channel
from assay.workers._channel import Channel


@given(st.lists(st.binary(max_size=50), min_size=1), st.integers(1, 30))
def test_messages_survive_any_cutting(messages: list[bytes], size: int):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours)
        sent = b"".join(_channel._LENGTH.pack(len(message)) + message for message in messages)
        received: list[bytes] = []
        for start in range(0, len(sent), size):
            theirs.sendall(sent[start : start + size])
            received += channel.receive()
        assert received == messages
        assert list(channel.receive()) == []


def test_the_parent_never_blocks_on_a_worker_that_does_not_read():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours)
        channel.send(b"x" * 5_000_000)
        assert channel.sending
        theirs.setblocking(False)
        received = bytearray()
        while channel.sending:
            received += theirs.recv(1_000_000)
            channel.flush()
        while len(received) < 5_000_008:
            received += theirs.recv(1_000_000)
        assert received[8:] == b"x" * 5_000_000


def test_the_end_of_the_worker_is_told_from_silence():
    ours, theirs = socket.socketpair()
    with ours:
        channel = Channel(ours)
        assert list(channel.receive()) == []
        theirs.close()
        with pytest.raises(EOFError):
            list(channel.receive())


def test_the_end_of_the_parent_ends_the_wait_of_the_worker():
    ours, theirs = socket.socketpair()
    with theirs:
        ours.sendall(_channel._LENGTH.pack(10) + b"half")
        ours.close()
        assert _channel.receive(theirs) is None
        assert _channel.receive(theirs) is None
