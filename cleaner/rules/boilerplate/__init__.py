"""BP: text that the site wrapped around the story."""

from __future__ import annotations

from cleaner.rules.boilerplate import (
    appeals,
    bylines,
    code,
    comments,
    legal,
    media,
    menus,
    navigation,
    people,
    pictures,
    promotion,
    related,
    sharing,
    sources,
)

MODULES = (
    comments,
    sharing,
    promotion,
    appeals,
    related,
    pictures,
    people,
    bylines,
    sources,
    legal,
    menus,
    navigation,
    code,
    media,
)
