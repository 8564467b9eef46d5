# ruff: noqa: E501 - sample texts
"""The furniture of web pages in raw text, and what must not be taken for it."""

from rag import ingest
from rag.ingest.furniture import furniture
from rag.ingest.plain import from_text
from rag.ingest.reading import finished

PARAGRAPH = (
    "The council of the old harbour town voted on Tuesday evening to rebuild the bridge that the flood "
    "had carried away two winters ago, after a debate that lasted for many hours."
)
PAGE = f"""Skip to content
Menu
Home | News | Sport | Contact

Sign in

Harbour town votes to rebuild its bridge

By Nora Lindqvist
14 March 2023

Share on Facebook
{PARAGRAPH}

{PARAGRAPH.replace("Tuesday", "Friday")}

Follow us on Telegram for more.

Costs and risks

{PARAGRAPH.replace("bridge", "quay")}

Photo: Ola Berg

Related articles
Mayor resigns
Ferry late again

We use cookies to improve your experience on our website. By continuing you accept our cookie policy.
Accept all
Privacy policy | Terms of use
© 2023 Harbour Gazette. All rights reserved.
"""


def kept_and_cut(text: str) -> tuple[str, str]:
    spans = furniture(text)
    cut = "\n".join(text[span.start : span.end] for span in spans)
    kept, cursor = "", 0
    for span in spans:
        kept += text[cursor : span.start]
        cursor = span.end
    return kept + text[cursor:], cut


def test_menus_buttons_notices_and_footers_are_furniture() -> None:
    kept, cut = kept_and_cut(PAGE)
    for words in (
        "Skip to content", "Home | News", "Sign in", "Share on", "Follow us", "Related articles", "cookies",
        "Accept all", "Terms of use", "All rights reserved",
    ):  # fmt: skip
        assert words in cut
        assert words not in kept
    for words in (
        "Harbour town votes",
        "Nora Lindqvist",
        "14 March 2023",
        "Costs and risks",
        "quay",
        "Friday",
    ):
        assert words in kept


def test_the_head_of_a_page_names_title_author_date_and_publisher() -> None:
    draft = from_text(PAGE, "5f3e9a7c1b2d4e6f.txt")
    assert (draft.title, draft.author, draft.date, draft.publisher) == (
        "Harbour town votes to rebuild its bridge", "Nora Lindqvist", "2023-03-14", "Harbour Gazette",
    )  # fmt: skip


def test_furniture_never_reaches_a_passage() -> None:
    document = finished(from_text(PAGE, "a.txt"), "/a.txt")
    assert document
    quoted = " ".join(passage.text for passage in ingest.split(document))
    assert "cookies" not in quoted
    assert "Sign in" not in quoted


def test_pages_in_other_languages_are_recognised() -> None:
    german = "Der Rat der alten Hafenstadt hat am Dienstag nach langer Debatte beschlossen, die Brücke neu zu bauen, "
    german += "die vor zwei Wintern vom Hochwasser fortgerissen wurde."
    text = f"Menü\nAnmelden\n\n{german}\n\n{german}\n\nTeilen\nKommentare\nImpressum | Datenschutz\n"
    kept, cut = kept_and_cut(text)
    assert kept.split() == f"{german} {german}".split()
    assert "Impressum" in cut
    russian = (
        "Совет старого портового города во вторник вечером после долгих споров решил заново построить мост, "
        "который две зимы назад унесло большим весенним наводнением."
    )
    assert "Подписаться" in kept_and_cut(f"Войти\nПодписаться\n\n{russian}\n\n{russian}\n\nПоделиться\n")[1]


def test_texts_without_paragraphs_have_no_furniture() -> None:
    assert furniture("Search\nMenu\nHome\nMilk\nBread\n") == ()


def test_a_text_about_cookies_and_privacy_keeps_its_paragraphs() -> None:
    text = "\n\n".join(
        f"In chapter {n} we use the word cookie for a small file that our website stores in your browser, and we say "
        "what the privacy law of each country asks of the site that does so."
        for n in range(8)
    )
    assert furniture(text) == ()


def test_a_book_is_left_alone() -> None:
    text = f"Search\n\n{PARAGRAPH}\n\nHelp\n\n{PARAGRAPH}\n\nContact\n\n{PARAGRAPH}\n"
    kept, _ = kept_and_cut(text)
    assert "Help" in kept
    assert "Contact" in kept


def test_a_name_that_says_something_beats_the_first_words() -> None:
    assert (
        finished(from_text(PARAGRAPH, "bridge-vote.txt"), "/x/bridge-vote.txt").source.title == "bridge-vote"
    )  # type: ignore[union-attr]
    assert from_text(PARAGRAPH, "8a7f3e21.txt").title.startswith("The council of the old")


def test_a_caption_is_not_what_the_speaker_says() -> None:
    turns = [
        ("Ann Lee", "What happened on the coast?"),
        (
            "Bo Koval",
            "We stayed there for a year.\n\nA house by the sea // Photo: Cy Dahl\n\nIt was cold all the time.",
        ),
        ("Ann Lee", "Would you go there again?"),
        ("Bo Koval", "No, I would never do that."),
    ]
    document = finished(from_text("\n\n".join(f"{n}: {s}" for n, s in turns), "a.txt"), "/a.txt")
    assert document
    cold = [p for p in ingest.split(document) if "cold" in p.text]
    assert all("What happened on the coast?" in p.context for p in cold)
    caption = next(p for p in ingest.split(document) if "Photo" in p.text)
    assert "Bo Koval" not in caption.context


def test_time_grows_in_step_with_length() -> None:
    import time

    def seconds(text: str) -> float:
        start = time.perf_counter()
        furniture(text)
        return time.perf_counter() - start

    for unit in ("share on " * 3, "a | ", "subscribe to ", "donate ", " " * 10, "cookie we use "):
        small, large = (
            seconds((PARAGRAPH + "\n") * 3 + unit * 1000),
            seconds((PARAGRAPH + "\n") * 3 + unit * 10000),
        )
        assert large < small * 40 + 0.5, unit
