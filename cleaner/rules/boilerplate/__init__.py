"""BP: text that the site wrapped around the story."""

from __future__ import annotations

from cleaner.rules.boilerplate import comments

MODULES = (comments,)
