"""Findings for people and machines: full, concise, json, github, sarif; and the table of counts."""
