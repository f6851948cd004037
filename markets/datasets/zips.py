"""Zip archives, looked at with suspicion: how many members, what they are called, what is in them.

A member's name is never used as a path; one that would lead elsewhere shows what the archive is for, so the whole
archive is refused. So are archives within archives, which is how small bombs are made.
"""

import struct
import zipfile
import zlib
from typing import IO

from markets.datasets.refusals import unreadable

MAX_MEMBERS = 2_000
"""Files of one archive or folder: the members of a large index, or five years of daily files."""
MAX_DIRECTORY_BYTES = 4 * 1024**2
"""An archive's table of contents; zipfile reads all of it into memory, 2,000 members need about 200 kB."""
MAX_NAME_CHARS = 500
DAMAGE = (EOFError, zlib.error, zipfile.BadZipFile)
ARCHIVE_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00")
_HEAD_BYTES = 8
_END = b"PK\x05\x06"
_END_BYTES = 22
_END_64 = b"PK\x06\x06"
_LOCATOR_64_BYTES = 20
_LONGEST_COMMENT_BYTES = 65_535
_SYMLINK = 0o120000
_FILE_TYPE = 0o170000
_JUNK_FOLDER = "__MACOSX"


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive; raises Rejected for a damaged one, and for a table of contents that is larger than any need be."""
    _check_directory_size(file)
    try:
        return zipfile.ZipFile(file)
    except (*DAMAGE, OSError, ValueError, NotImplementedError) as damage:
        raise unreadable(f"The zip archive is damaged ({damage}).") from damage


def members_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an archive in the order of their names, hidden ones left aside.

    Raises Rejected for an archive that is a spreadsheet, encrypted or hostile, or that has no file or too many.
    """
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise unreadable(f"The zip archive holds {len(infos):,} members; at most {MAX_MEMBERS:,} are taken.")
    if any(info.filename == "[Content_Types].xml" for info in infos):
        raise unreadable("This is a spreadsheet or an Office document: export the sheet as CSV.")
    for info in infos:
        _check_name(info)
    members = sorted(
        (info for info in infos if not info.is_dir() and not _is_hidden(info)), key=lambda one: one.filename
    )
    if not members:
        raise unreadable("The zip archive holds 0 files.")
    for info in members:
        _check_member(archive, info)
    return members


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """The content of a member; raises Rejected when it is damaged."""
    try:
        return archive.open(member)
    except (*DAMAGE, NotImplementedError) as damage:
        raise unreadable(f"The zip archive is damaged ({damage}).") from damage


def _check_name(info: zipfile.ZipInfo) -> None:
    """Refuse names that lead out of a folder, or are no names; `orig_filename` is what stands in the archive."""
    name = info.orig_filename.replace("\\", "/")
    parts = name.split("/")
    is_outside = name.startswith("/") or ".." in parts or ":" in parts[0]
    if is_outside or "\x00" in name or len(name) > MAX_NAME_CHARS:
        raise unreadable(f"The zip archive holds a name that leads out of it ({name[:100]!a}): nothing of it is taken.")
    if (info.external_attr >> 16) & _FILE_TYPE == _SYMLINK:
        raise unreadable(f"The zip archive holds a link ({name[:100]!a}): nothing of it is taken.")


def _is_hidden(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.split("/")
    return parts[0] == _JUNK_FOLDER or parts[-1].startswith(".") or parts[-1] == "Thumbs.db"


def _check_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 1:
        raise unreadable("The zip archive is encrypted: send the file itself.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise unreadable("The zip archive uses a rare compression: send the file plain or gzipped.")
    try:
        with open_member(archive, info) as content:
            head = content.read(_HEAD_BYTES)
    except DAMAGE as damage:
        raise unreadable(f"The zip archive is damaged ({damage}).") from damage
    if head.startswith(ARCHIVE_MAGIC):
        raise unreadable(
            f"The content is compressed twice: {info.filename[:100]!a} is an archive in an archive. Unpack it once."
        )


def _check_directory_size(file: IO[bytes]) -> None:
    """Refuse a table of contents that would fill the memory, before zipfile reads it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_BYTES - _LONGEST_COMMENT_BYTES))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_BYTES:
        return
    sizes = [struct.unpack_from("<L", tail, end + 12)[0]]
    locator = end - _LOCATOR_64_BYTES
    if locator >= 0 and tail[locator : locator + 4] == b"PK\x06\x07":
        (offset,) = struct.unpack_from("<Q", tail, locator + 8)
        record = _read_at(file, offset, 56) if offset < size else b""
        if record.startswith(_END_64) and len(record) == 56:
            sizes = [struct.unpack_from("<Q", record, 40)[0]]
    if max(sizes) > MAX_DIRECTORY_BYTES:
        raise unreadable(f"The zip archive's table of contents has {max(sizes):,} bytes: it holds too many members.")


def _read_at(file: IO[bytes], offset: int, count: int) -> bytes:
    file.seek(offset)
    data = file.read(count)
    file.seek(0)
    return data
