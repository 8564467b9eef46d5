"""Question sets, measures, runs, comparison and report: is it right, and did a change make it worse?

questions ─gold→ places in the documents
run: ask → grade (measures, failures) → results.jsonl → summary (statistics, anchors)
compare: two runs → verdicts, changed questions, an exit code · report: a run → one HTML file
draft: the journal's reviews → questions · check: a set against its documents · export: for other tools
"""
