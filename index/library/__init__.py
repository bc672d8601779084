"""The library: the folder on disk that articles go into and questions are answered from."""

from index.library.change import Change
from index.library.info import LibraryInfo
from index.library.library import Library
from index.library.snapshot import ArticleSummary, Snapshot
from index.library.staging import SyncPlan
from index.library.traces import Traces

__all__ = ["ArticleSummary", "Change", "Library", "LibraryInfo", "Snapshot", "SyncPlan", "Traces"]
