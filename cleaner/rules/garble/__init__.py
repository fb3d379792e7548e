"""GS: sentences that scraping broke, in the order in which a reader meets the damage."""

from __future__ import annotations

from cleaner.rules.garble import doubles, flags, quotes, splits

MODULES = (quotes, splits, doubles, flags)
