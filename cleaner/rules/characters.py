"""CH: characters that decoding, entities and typesetting broke."""
