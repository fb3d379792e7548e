"""CH: text that was read in another encoding than the one it was written in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import starmap

from cleaner.document import Document
from cleaner.edits import Edit
from cleaner.rule import rule
from cleaner.rules.characters import has_unusual

ACCENTED = frozenset(map(chr, range(0xC0, 0x100)))
MANY = 14  # different ones; French has a dozen


@rule("CH001", fix="safe", when=has_unusual)
def mojibake(doc: Document) -> Iterator[Edit]:
    """UTF-8 that was read as Windows-1252 or another encoding.

    A scraper trusts a wrong charset header, and every letter with an accent becomes two letters or
    more, in one of sixteen encodings. Where whole lines are such groups, they are decoded; a single run is
    given to ftfy, which asks how likely it is first. A letter that has lost a byte comes back where only
    one can have stood. Curly quotes stay curly. Letters that happen to stand together are left alone.

    ```diff
    - The cafÃ© wonâ€™t reopen, the owner said.
    + The café won’t reopen, the owner said.
    ```

    ```diff
      The VÃO restaurant and the hôtel d’Âge in Genève reopened.
    ```
    """
    from cleaner.mojibake import repairs  # only where there is anything beside ASCII

    return starmap(Edit, repairs(doc.text, doc.unusual, lambda: doc.language))


def has_many_accents(doc: Document) -> bool:
    """Whether a text has more different letters with accents than a language has."""
    return len(doc.unusual & ACCENTED) >= MANY


@rule("CH014", fix="safe", when=has_many_accents)
def wrong_code_page(doc: Document) -> Iterator[Edit]:
    """Cyrillic, Greek, Hebrew or Arabic that was read as Latin-1.

    Pages of the time before UTF-8 have one byte a letter, and where their header doesn't say so, each
    letter becomes an accented one. Words of such letters only must be half of the text; the letters
    that are frequent in a language tell which code page it was.

    ```diff
    - Ìèíèñòð ñîîáùèë æóðíàëèñòàì â Example News, ÷òî íîâûé çàêîí
    - âñòóïèò â ñèëó â ïîíåäåëüíèê, åñëè åãî ïîäïèøåò ïðåçèäåíò.
    + Министр сообщил журналистам в Example News, что новый закон
    + вступит в силу в понедельник, если его подпишет президент.
    ```

    ```diff
      À l’été, où l’élève naïf fêtait Noël à Zürich, ça coûtait très cher aux hôtes, dès l’août.
    ```
    """
    from cleaner.codepages import repairs

    return starmap(Edit, repairs(doc.text))
