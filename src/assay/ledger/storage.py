"""Where a log's files stand below the state folder, and reading them. Nothing here is verified yet."""

from assay.ledger.files import Folder
from assay.ledger.note import MAX_NOTE_BYTES
from assay.ledger.tiles import (
    MAX_BUNDLE_BYTES,
    TILE_WIDTH,
    bundle_path,
    decode_bundle,
    decode_tile,
    encode_bundle,
    tile_path,
    tile_spot,
    widths,
)
from assay.ledger.tree import HASH_BYTES

LOG_FOLDER = "ledger"
CHECKPOINT_NAME = f"{LOG_FOLDER}/checkpoint"

# Read generously: a file that is too long is then reported as altered, with its entry, and not as a storage error.
_MAX_TILE_BYTES = 2 * TILE_WIDTH * HASH_BYTES


class LogFiles:
    """The files of one log as C2SP tlog-tiles lays them out, `ledger/` being its prefix."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

    def checkpoint(self) -> bytes | None:
        """Return the published checkpoint's note."""
        return self.folder.read(CHECKPOINT_NAME, MAX_NOTE_BYTES)

    def tile(self, level: int, number: int, width: int = TILE_WIDTH) -> bytes | None:
        """Return a tile's file; a partial one may have given way to the full one, whose beginning it is."""
        data = self._read(tile_path(level, number, width), _MAX_TILE_BYTES)
        if data is None and width < TILE_WIDTH:
            full = self._read(tile_path(level, number), _MAX_TILE_BYTES)
            return None if full is None else full[: width * HASH_BYTES]
        return data

    def bundle(self, number: int, width: int = TILE_WIDTH) -> bytes | None:
        """Return an entry bundle's file; a partial one may have given way to the full one, whose beginning it is."""
        data = self._read(bundle_path(number, width), MAX_BUNDLE_BYTES)
        if data is None and width < TILE_WIDTH:
            full = self._read(bundle_path(number), MAX_BUNDLE_BYTES)
            return None if full is None else encode_bundle(decode_bundle(full, number * TILE_WIDTH, width))
        return data

    def edge(self, size: int) -> list[list[bytes]]:
        """Return the rightmost tile of each level, level 0 first: empty where full, short where damaged."""
        found = []
        for level, width in enumerate(widths(size)):
            data = self.tile(level, tile_spot(level, size)[0], width) if width else b""
            found.append(decode_tile(data or b"")[:width])
        return found

    def older_widths(self, path: str, width: int) -> list[int]:
        """Return the widths of the partial files beside the one of `width`, a full one having none."""
        return [older for older in self._widths(path) if older < width] if width < TILE_WIDTH else []

    def surplus(self, size: int) -> str | None:
        """Return the path of a bundle that holds entries beyond `size`, or None: a checkpoint over them was signed."""
        number, width = divmod(size, TILE_WIDTH)
        path = bundle_path(number)
        folder, _, last = f"{LOG_FOLDER}/{path}".rpartition("/")
        names = self.folder.names(folder)
        if last in names:
            return path
        widest = max(self._widths(path), default=0) if f"{last}.p" in names else 0
        return bundle_path(number, widest) if widest > width else None

    def _widths(self, path: str) -> list[int]:
        return [int(name) for name in self.folder.names(f"{LOG_FOLDER}/{path}.p") if name.isdecimal()]

    def _read(self, path: str, limit: int) -> bytes | None:
        return self.folder.read(f"{LOG_FOLDER}/{path}", limit)
