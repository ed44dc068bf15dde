"""How is everything that a site needs kept in one file? A tar, packed, in an age file (age-encryption.org/v1) under a passphrase."""

from genkan.archive.age import WrongPassphrase
from genkan.archive.faults import ArchiveFault
from genkan.archive.reading import unpack
from genkan.archive.writing import Archive, writing

__all__ = ["Archive", "ArchiveFault", "WrongPassphrase", "unpack", "writing"]
