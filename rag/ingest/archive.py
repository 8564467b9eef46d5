"""Zip files, checked before anything is unpacked: office documents, e-books and archives are zips."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from rag.errors import ReadError

MOST_MEMBERS = 10_000
MOST_UNPACKED = 200 * 2**20
"""Bytes of all members together."""
MOST_RATIO = 100
"""Unpacked to packed bytes, over the whole; a single member may reach ten times it when it is small."""
_SMALL = 2**20


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """A zip whose declared sizes are within the limits (Python's reader never unpacks more than declared).

    Raises:
        ReadError: broken, encrypted or a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise ReadError(f"{name} is broken or not what its name says.") from error
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS:
        raise ReadError(f"{name} holds {len(members)} files; the limit is {MOST_MEMBERS}.")
    if unpacked > MOST_UNPACKED or (unpacked > _SMALL and unpacked > MOST_RATIO * len(data)):
        raise ReadError(
            f"{name} unpacks to {unpacked >> 20} MB from {len(data) >> 10} kB: taken for a zip bomb."
        )
    return archive


def member(archive: zipfile.ZipFile, path: str, name: str) -> bytes | None:
    """Bytes of one member, None when there is none.

    Raises:
        ReadError: it is encrypted or broken.
    """
    try:
        return archive.read(path)
    except KeyError:
        return None
    except RuntimeError as error:
        raise ReadError(f"{name} is encrypted: unpack it with its password.") from error
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        ValueError,
        zipfile.LargeZipFile,
    ) as error:
        raise ReadError(f"{name} is broken ({path} cannot be unpacked).") from error
    except Exception as error:  # zlib, lzma and bz2 each raise their own
        raise ReadError(f"{name} is broken ({path} cannot be unpacked).") from error


def xml(data: bytes, name: str) -> Any:
    """The root element of an XML document that declares no entities.

    Raises:
        ReadError: broken XML, or entities, which could be a bomb or reach outside.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data)
    except DefusedXmlException as error:
        raise ReadError(
            f"{name} declares XML entities, which are not expanded: taken for an XML bomb."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ReadError(f"{name} holds broken XML.") from error


def elements(root: Any, local_name: str) -> Iterator[Any]:
    """Descendants by name, whatever their namespace."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == local_name:
            yield element


def first_text(root: Any, local_name: str) -> str:
    found = next(elements(root, local_name), None)
    return " ".join((found.text or "").split()) if found is not None else ""
