"""BP: text that the site wrapped around the story."""

from __future__ import annotations

from cleaner.rules.boilerplate import (
    comments,
    credits,
    legal,
    media,
    navigation,
    promotion,
    related,
    sharing,
)

MODULES = (comments, sharing, promotion, related, credits, legal, navigation, media)
