from cleaner.dedup.minhash import shingle_hashes, signatures
