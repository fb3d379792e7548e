"""Clean a whole corpus: every core, any format, nothing lost, and again from where it was interrupted."""

from cleaner.corpus.run import Options, clean_corpus
from cleaner.corpus.summary import Summary

__all__ = ["Options", "Summary", "clean_corpus"]
