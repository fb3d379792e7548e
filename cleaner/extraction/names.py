"""What an element is called: the words of its class, id and the like, in English where the word is known.

Sites in other languages name their boxes in those: "kommentare" is as good as "comments".
"""

# ruff: noqa: SIM905 - a list of names reads better as one string

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

NAMING = frozenset(
    "class id role itemprop itemtype aria-label data-testid data-component data-module data-type data-name"
    " data-qa data-role data-block data-ga-module".split()
)
WORD = re.compile(r"[A-Z]?[a-z]{2,20}|[A-Z]{3,20}")
ENGLISH_OF = """
comments: kommentar kommentare kommentarer kommentarfeld comentario comentarios comentaris
  commentaire commentaires commento commenti komentarz komentarze komentar komentare komentari
  komentarji komentaras komentarai kommentaar kommentit hozzaszolas hozzaszolasok reactie reacties
  yorum yorumlar leserkommentare leserbriefe pinglun kommentarii obsuzhdenie diskuze diskusia
share: teilen compartir compartilhar compartilhe comparte partage partages partager condividi
  condivisione udostepnij udostepnianie paylas paylasim delen dela jaa sdilet sdileni zdielat
  zdielanie podeli dijeli megosztas megoszt fenxiang podelitsya teilenleiste
related: verwandt verwandte aehnliche relacionado relacionados relacionada relacionadas correlati
  correlate correlato connexes associes powiazane podobne ilgili gerelateerd relaterade relaterat
  relaterte relateret souvisejici suvisiace kapcsolodo povezano pohozhie kanren xiangguan lienquan
  mehrzumthema leestambien leiatambem leiamais lireaussi leggianche czytajtez
article: artikel artikkel articulo artigo articolo artykul artykuly makale haber haberler statya
  stati clanek clanok clanak cikk noticia notizia nota nyhet beitrag materia straipsnis raksts
text: texto texte testo tekst tekstas szoveg metin metni fliesstext artikeltext articletext
  brodtext braedtekst leipateksti zhengwen
content: inhalt contenido conteudo contenu contenuto tresc icerik innehall innhold indhold sisalto
  obsah tartalom inhoud sadrzaj vsebina neirong
body: cuerpo corpo corps
title: titel titulo titre titolo tytul baslik otsikko nadpis rubrik biaoti naslov antetitulo
author: autor autore auteur autoren yazar forfatter forfattare kirjoittaja szerzo autorzeile
  redaktor
date: datum fecha tarih dato riqi erstellt veroeffentlicht
footer: fuss fusszeile piede rodape stopka paticka lablec altbilgi voettekst sidfot bunn
header: kopf kopfzeile cabecera cabecalho entete testata naglowek hlavicka fejlec
navigation: hauptmenue hauptnavi hauptnavigation navi menuprincipal glowne
subscribe: suscribete suscripcion suscribirse assine assinatura abonnement abonnieren abo
  iscriviti abbonati abbonamento prenumerata predplatne abonneren abonnez
advertisement: werbung anzeige anzeigen publicidad publicidade publicite pubblicita reklama reklam
  reklame annonce annons mainos hirdetes oglas guanggao
tags: etiquetas schlagworte schlagwort etiquettes etiketler stitky palavraschave motscles
caption: bildunterschrift bildtext legende didascalia piefoto bildetekst kuvateksti
teaser: anreisser zajawka anriss
summary: entradilla chapo chapeau sommario vorspann sapo ingress perex bajada ozet lid lead copete
print: drucken imprimir imprimer stampa drukuj yazdir skrivut
cookies: galletas cerez cerezler rodo kolacici
popular: meistgelesen meistgelesene masleidas masleidos maislidas pluslus piuletti najczesciej
  cokokunanlar mestlest
"""
ENGLISH = {
    word: english
    for english, _, words in (
        line.partition(":") for line in ENGLISH_OF.replace("\n  ", " ").strip().split("\n")
    )
    for word in words.split()
}


def naming_words(attributes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the words that an element's attributes name it with."""
    values = [value for name, value in attributes if name in NAMING]
    return split_name(" ".join(values)[:300]) if values else ()


@lru_cache(maxsize=4096)
def split_name(name: str) -> tuple[str, ...]:
    """Split class names into words.

    >>> split_name("article-body relatedPosts c-2")
    ('article', 'body', 'related', 'posts')
    >>> split_name("teilen kommentare-liste")
    ('share', 'comments', 'liste')
    """
    words = [word.lower() for word in WORD.findall(name)]
    return tuple(dict.fromkeys(ENGLISH.get(word, word) for word in words))
