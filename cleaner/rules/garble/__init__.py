"""GS: sentences that scraping broke, in the order in which a reader meets the damage."""

from __future__ import annotations

from cleaner.rules.garble import attached, doubles, flags, glue, lines, quotes, spacing, splits

MODULES = (spacing, attached, glue, quotes, splits, doubles, lines, flags)
