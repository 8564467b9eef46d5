"""A run as one HTML file that loads nothing: three numbers, the waterfall, every question beside its gold.

Everything from documents, questions and models is escaped. The page's content security policy allows only the
script and the style that stand here, by their digests.
"""
# ruff: noqa: E501  (markup is kept in whole lines)

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from typing import Any

from rag.evaluate import charts
from rag.evaluate.failures import CAUSES, GOOD
from rag.evaluate.run import Run

Row = Mapping[str, Any]

COLUMNS = (
    ("question", "Question", False),
    ("cause", "What happened", False),
    ("confidence", "Confidence", True),
    ("words", "Words", True),
    ("seconds", "Seconds", True),
)
"""Sort key, heading, whether it sorts as a number."""


def html(run: Run) -> str:
    """The report of a run."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_source(style)}'; style-src-attr 'unsafe-inline'; "
        f"script-src '{_source(script)}'; base-uri 'none'; form-action 'none'"
    )
    title = f"Evaluation: {run.summary.get('asked', len(run.rows))} questions"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>",
        f"<h1>{escape(title)}</h1>",
        f'<p class="soft">{_subject(run)}</p>',
        _numbers(run.summary),
        _truth(run.summary),
        _waterfall(run.summary),
        _figures(run.summary),
        _questions(run.rows),
        _about(run),
        f"</main>\n<script>{script}</script>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _subject(run: Run) -> str:
    identity = run.manifest.get("identity", {})
    models = [f"{role} {values['name']}" for role, values in identity.get("models", {}).items()]
    options = identity.get("options", {})
    how = [
        "quotes only" if options.get("quote_only") else "",
        "gold evidence given instead of searching" if options.get("oracle_evidence") else "",
        f"sample of {options['sample']}, seed {options['seed']}" if options.get("sample") else "",
        "" if run.complete else "not complete",
    ]
    return escape(" · ".join([*models, *filter(None, how)]))


def _numbers(summary: Mapping[str, Any]) -> str:
    outcomes = summary["outcomes"]
    total = sum(outcomes[kind]["count"] for kind in ("right", "abstained", "wrong"))
    said = {
        "right": ("Right", "the answer holds what was asked for"),
        "abstained": (
            "Abstained",
            f"{outcomes['abstained']['rightly']} of them rightly: not in the documents",
        ),
        "wrong": ("Wrong", "answered, and not what was asked for"),
    }
    cells, bars = [], []
    for kind, (name, note) in said.items():
        found = outcomes[kind]
        cells.append(
            f'<div><div class="name {kind}"><i class="dot"></i>{name}</div>'
            f'<div class="big">{found["value"] * 100:.0f}<small>%</small></div>'
            f'<p class="small soft">{found["count"]} of {total} · 95 % interval '
            f"{found['low'] * 100:.0f}–{found['high'] * 100:.0f} %</p>"
            f'<p class="small soft">{escape(note)}</p></div>'
        )
        bars.append(f'<i class="{kind}" style="width:{found["value"] * 100:.3f}%"></i>')
    return f'<section class="hero card" id="numbers">{"".join(cells)}<div class="stack">{"".join(bars)}</div></section>'


def _truth(summary: Mapping[str, Any]) -> str:
    own = summary["outcomes"]["truthfulness"]
    points = [("this run", own["value"], own["low"], own["high"])]
    points += [(n, a["truthfulness"], a["low"], a["high"]) for n, a in summary["anchors"].items()]
    return (
        '<h2>Truthfulness, beside what costs nothing</h2><p class="soft small">Mean of +1 right, 0 abstained, '
        "−1 wrong, with 95 % intervals by drawing documents.</p>" + charts.scale(points)
    )


def _waterfall(summary: Mapping[str, Any]) -> str:
    found = summary["waterfall"]
    total = max(1, sum(found.values()))
    bars = [
        f'<button class="bar" type="button" aria-pressed="false" data-cause="{escape(name)}" '
        f'title="{escape(CAUSES[name])}"><span>{escape(_capital(name))}</span><b>{count}</b>'
        f'<span class="track {_tone(name)}"><i style="width:{count / total * 100:.2f}%"></i></span></button>'
        for name, count in found.items()
    ]
    return (
        '<h2>Where answers were lost</h2><p class="soft small">Each question once, at the first step that lost it. '
        f'Choose one to see its questions.</p><div class="bars card" id="waterfall">{"".join(bars)}</div>'
    )


def _figures(summary: Mapping[str, Any]) -> str:
    lines = [
        f"<tr><th>{escape(_named(name))}</th><td class=n>{found['value']:.3f}</td>"
        f'<td class="n soft">{found["low"]:.3f} – {found["high"]:.3f}</td><td class="n soft">{found["n"]}</td></tr>'
        for name, found in summary["measures"].items()
        if found["value"] is not None
    ]
    return (
        '<h2>All measures</h2><div class="two"><div class="card"><table class="measures"><tbody>'
        f"{''.join(lines)}</tbody></table></div>"
        '<div class="card"><h3>Risk against coverage: the share wrong among the questions answered</h3>'
        f"{charts.curve(summary['curve'])}"
        f"<h3>Seconds for an answer</h3>{_times(summary.get('seconds', {}))}</div></div>"
    )


def _times(seconds: Mapping[str, Any]) -> str:
    if "median" not in seconds:
        return ""
    steps = "; ".join(f"{escape(name)} {value:.2f}" for name, value in seconds["steps"].items())
    return f"<p>Median {seconds['median']:.2f}, 90th percentile {seconds['p90']:.2f}. By step: {steps}.</p>"


def _questions(rows: Sequence[Row]) -> str:
    heads = "".join(
        f'<th scope="col" data-key="{key}" data-numeric="{"yes" if numeric else "no"}"'
        f'{" class=wide" if key in ("words", "seconds") else ""}><button type="button">{name}</button></th>'
        for key, name, numeric in COLUMNS
    )
    return (
        '<h2>Questions</h2><div class="tools"><input type="search" id="search" placeholder="Search questions, answers, '
        'quotes" aria-label="Search"><button type="button" id="unfold">Unfold all</button>'
        '<span class="soft small" id="count" role="status"></span></div>'
        f'<div class="rows card"><table id="questions"><thead><tr>{heads}</tr></thead>{"".join(map(_row, rows))}'
        "</table></div>"
    )


def _row(row: Row) -> str:
    words = row["measures"].get("words_shown", 0)
    data = {
        "question": row["question"],
        "cause": row["failure"],
        "confidence": f"{row['confidence']:.4f}",
        "words": str(words),
        "seconds": f"{row['seconds']:.3f}",
    }
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    return (
        f'<tbody id="{escape(row["id"])}" {attributes}><tr class="q"><td><button class="open" type="button" '
        f'aria-expanded="false">{escape(row["question"])}</button><span class="tags">{escape(row["id"])} · '
        f'{escape(", ".join(row["tags"]))}</span></td><td><span class="chip {_tone(row["failure"])}">'
        f'<i class="dot"></i>{escape(_capital(row["failure"]))}</span></td><td class="n">{row["confidence"]:.2f}</td>'
        f'<td class="n wide">{words}</td><td class="n wide">{row["seconds"]:.2f}</td></tr>'
        f'<tr class="more" hidden><td colspan="{len(COLUMNS)}"><div class="sides"><div>{_answer(row)}</div>'
        f"<div>{_gold(row)}</div></div></td></tr></tbody>"
    )


def _answer(row: Row) -> str:
    parts = []
    if row.get("standalone"):
        parts.append(f'<p class="small soft">Asked as: {escape(row["standalone"])}</p>')
    if row["status"] == "answered":
        claims = " ".join(
            escape(claim["text"]) + "".join(f"<sup>{n}</sup>" for n in claim["citations"])
            for claim in row["claims"]
        )
        parts.append(f'<h3>Answer</h3><p class="answer">{claims}</p>')
    else:
        parts.append(
            f'<h3>{escape(_capital(row["status"]))}</h3><p class="answer">{escape(row["reason"])}</p>'
        )
        if row["would_show"]:
            verdict = "right" if row["would_be_right"] else "wrong"
            parts.append(
                f'<p class="small soft">It would have shown, {verdict}:</p><p class="quote">{escape(row["would_show"])}</p>'
            )
    parts += [_citation(c, around) for c, around in zip(row["citations"], row["context"], strict=True)]
    return "".join(parts)


def _citation(citation: Mapping[str, Any], around: Mapping[str, str]) -> str:
    where = " · ".join(
        escape(str(citation[name]))
        for name in ("speaker", "title", "publisher", "date", "place")
        if citation.get(name)
    )
    return (
        f'<p class="where"><sup>{citation["number"]}</sup> {where} · characters {citation["start"]}–{citation["end"]}</p>'
        f'<p class="quote"><span class="around">…{escape(around["before"])}</span><mark>{escape(citation["quote"])}'
        f'</mark><span class="around">{escape(around["after"])}…</span></p>'
    )


def _gold(row: Row) -> str:
    gold = row["gold"]
    if row["answerable"] is False:
        return "<h3>Gold</h3><p>The documents do not say.</p>"
    parts = ["<h3>Gold</h3>"]
    if gold.get("answers"):
        parts.append(f"<p><strong>{escape(' / '.join(gold['answers']))}</strong></p>")
    if gold.get("nuggets"):
        items = "".join(
            f"<li>{escape(n['text'])}{'' if n['vital'] else ' <span class=soft>(not vital)</span>'}</li>"
            for n in gold["nuggets"]
        )
        parts.append(f"<ul>{items}</ul>")
    if gold.get("must_not"):
        parts.append(f'<p class="small bad">Must not say: {escape(", ".join(gold["must_not"]))}</p>')
    parts += [
        f'<p class="where">{escape(item[0]["title"])} · characters {item[0]["start"]}–{item[0]["end"]}</p>'
        f'<p class="quote"><mark class="gold">{escape(item[0]["quote"])}</mark></p>'
        for item in gold.get("evidence", ())
    ]
    measures = "; ".join(
        f"{escape(_named(name))} {value:g}" for name, value in _rounded(row["measures"]).items()
    )
    return (
        "".join(parts)
        + f"<details><summary class=small>Measures</summary><p class=small>{measures}</p></details>"
    )


def _about(run: Run) -> str:
    import json

    shown = json.dumps(run.manifest, ensure_ascii=False, indent=1)
    return (
        f"<h2>What was measured</h2><details><summary>Manifest</summary><pre>{escape(shown)}</pre></details>"
    )


def _rounded(measures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), 3) for name, value in measures.items()}


def _tone(failure: str) -> str:
    if failure in GOOD:
        return "right"
    return "abstained" if failure in ("wrongly abstained", "not judged") else "wrong"


def _named(measure: str) -> str:
    """ "mrr_at_10" is "MRR@10"."""
    text = measure.replace("_at_", "@").replace("_", " ")
    for word, written in {"mrr": "MRR", "ndcg": "nDCG", "auroc": "AUROC", "aurc": "AURC", "f1": "F1"}.items():
        text = re.sub(rf"\b{word}\b", written, text)
    return _capital(text) if text[:1] != "n" or not text[1:2].isupper() else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _asset(name: str) -> str:
    return (resources.files("rag.evaluate") / name).read_text("utf-8")


def _source(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
