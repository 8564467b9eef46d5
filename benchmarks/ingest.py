"""How fast, how large and how safe bringing documents in is, as ratios within one run.

    python -m benchmarks.ingest                 quick: 1,000 generated files, 20 articles, 10 kills
    python -m benchmarks.ingest --full          10,000 files, 490 articles by the real embedder, 50 kills
    python -m benchmarks.ingest --only kills    one part: scale, kills or articles

The generated folder is embedded by the fake embedder, so that its figures are about storing, not about the
model; `articles` and the reckoning of the full dense index use the real one.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag import index, ingest, library
from rag.backends.fakes import FakeEmbedder
from rag.errors import LibraryError, ModelError
from rag.index import LocalStore
from rag.ports import Embedder

ARTICLES = Path(__file__).parents[2] / "shared/evaldata/haystack/transformed_squad/articles"
FILES_PER_FOLDER = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--files", type=int, help="generated files")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--articles", type=int)
    parser.add_argument("--only", choices=["scale", "kills", "articles"])
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--child", nargs=2, metavar=("DOCUMENTS", "LIBRARY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(Path(options.child[0]), Path(options.child[1]))
        return
    files = options.files or (10_000 if options.full else 1_000)
    parts: dict[str, Callable[[Path], None]] = {
        "scale": lambda folder: scale(folder, files, options.seed),
        "kills": lambda folder: kills(folder, options.kills or (50 if options.full else 10), options.seed),
        "articles": lambda folder: articles(folder, options.articles or (490 if options.full else 20)),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="rag-ingest-") as folder:
                print(f"\n{name}", flush=True)
                part(Path(folder))


# --- the parts ------------------------------------------------------------------------------------------


def scale(folder: Path, files: int, seed: int) -> None:
    """A tenth of the files, all of them, nothing changed, one in a hundred changed, one folder renamed."""
    write_files(folder / "tenth", files // 10, seed)
    topics = write_files(folder / "docs", files, seed)
    few = run_child(folder / "tenth", folder / "library10")
    process, begun = start_child(folder / "docs", folder / "library"), time.perf_counter()
    answer = first_answer(folder / "library", *next(iter(topics.items())), begun, process)
    first = finished(process)
    assert first["added"] == files
    seconds = first["seconds"]
    tell("first run", f"{seconds:.1f} s", f"{first['cpu']:.1f} s of CPU beside the readers")
    again = run_child(folder / "docs", folder / "library")
    assert again["unchanged"] == files
    tell("nothing changed", f"{again['seconds']:.3f} s", f"{seconds / again['seconds']:.0f} × faster (≥ 100)")
    changed = random.Random(seed).sample(sorted((folder / "docs").rglob("*.md")), max(1, files // 100))
    for number, path in enumerate(changed):
        path.write_text(path.read_text("utf-8") + f"\n\nChange number {number} was made.\n", "utf-8")
    part = run_child(folder / "docs", folder / "library")
    assert part["updated"] == len(changed)
    tell(
        "1 % changed",
        f"{part['seconds']:.2f} s",
        f"{100 * part['seconds'] / seconds:.1f} % of the first (≤ 3 %)",
    )
    (folder / "docs" / "0000").rename(folder / "docs" / "renamed")
    moved = run_child(folder / "docs", folder / "library")
    tell(
        "a folder renamed",
        f"{moved['seconds']:.2f} s",
        f"{moved['moved']} moved, {moved['embedded']} embedded",
    )
    for count, run in ((files // 10, few), (files, first)):
        tell(f"peak memory, {count:,} files", f"{run['peak']:.0f} MiB", f"a reader {run['readers']:.0f} MiB")
    together = (first["peak"] + first["readers"]) / (few["peak"] + few["readers"])
    tell("ratio of peaks", f"{together:.2f}", f"≤ 1.3; {first['peak'] / few['peak']:.2f} without the reader")
    text = sum(file.stat().st_size for file in (folder / "docs").rglob("*.md"))
    size = sum(file.stat().st_size for file in (folder / "library").iterdir())
    tell("index on disk", f"{size / 2**20:.0f} MiB", f"{size / text:.1f} × the text, vectors of 384 values")

    store = opened(folder / "library")
    sample = random.Random(seed).sample(sorted(topics.items()), min(200, files))
    right = sum(store.search_words(topic, 1)[0].passage.text.find(topic) >= 0 for _, topic in sample)
    texts = [
        passage.scored_text
        for one in store.listings()[:: max(1, files // 128)]
        for passage in store.passages(one.document_id)
    ][:128]
    total = store.status().passages
    store.close()
    tell("first answer by words", f"{answer:.2f} s", "a question on the first file, from another process")
    tell("all text in", f"{first['text']:.1f} s", f"{right} of {len(sample)} questions find their file first")
    if (embedder := real_embedder()) is None:
        return
    embedder.embed_passages(texts[:8])
    spent, _ = timed(lambda: embedder.embed_passages(texts))
    dense = first["text"] + total * spent / len(texts)
    tell("full dense index", f"{dense:.0f} s", f"reckoned from {len(texts) / spent:.1f} passages/s")
    tell("ratio, first answer", f"{dense / answer:.0f} ×", "sooner (≥ 20)")
    tell("ratio, every answer", f"{dense / first['text']:.1f} ×", "sooner")


def first_answer(folder: Path, path: str, topic: str, begun: float, process: subprocess.Popen[str]) -> float:
    """Seconds until a question on one file is answered by words, asked over and over while files come in."""
    while process.poll() is None:
        try:
            store = index.open(folder, read_only=True)
            break
        except LibraryError:
            time.sleep(0.02)
    while process.poll() is None:
        found = store.search_words(f"What is said about {topic}?", 1)
        if found and found[0].passage.source.path == path and topic in found[0].passage.text:
            break
        time.sleep(0.02)
    store.close()
    return time.perf_counter() - begun


def kills(folder: Path, times: int, seed: int) -> None:
    """Kill the process at random moments while files change; compare with an uninterrupted index."""
    docs, chance = folder / "docs", random.Random(seed)
    write_files(docs, 90, seed)
    write_pages(docs / "site", 30, seed)
    begun = time.perf_counter()
    run_child(docs, folder / "first")
    window, killed, ended, moments = time.perf_counter() - begun, 0, 0, Counter[str]()
    while killed < times:
        change_files(docs, chance)
        process = start_child(docs, folder / "library")
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(timeout=chance.uniform(0, window / 2 if ended else window))
            ended += 1
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        store = opened(folder / "library")
        status, waits = store.status(), store.waiting()[0]
        moments[
            "with text missing" if status.documents < 119 else "embedding" if waits else "with all in"
        ] += 1
        store.close()
    run_child(docs, folder / "library")
    run_child(docs, folder / "fresh")
    after, fresh = opened(folder / "library"), opened(folder / "fresh")
    same = after.fingerprint() == fresh.fingerprint()
    paths = [one.source.path for one in after.listings()]
    lost = {str(path) for path in files_in(docs)} - set(paths)
    tell("killed", f"{killed} times", ", ".join(f"{count} {when}" for when, count in moments.items()))
    tell("lost, doubled", f"{len(lost)}, {len(paths) - len(set(paths))}", f"of {len(paths)} documents")
    tell("equal to an uninterrupted index", "yes" if same else "NO", "digest of rows")
    after.close()
    fresh.close()


def articles(folder: Path, count: int) -> None:
    """Real articles by the real embedder."""
    embedder = real_embedder()
    if embedder is None or not ARTICLES.is_dir():
        tell("skipped", "", "the articles or the embedder are not here")
        return
    (folder / "docs").mkdir()
    for path in sorted(ARTICLES.glob("*.txt"))[:count]:
        shutil.copy(path, folder / "docs")
    store = opened(folder / "library", embedder)
    embedder.embed_passages(["warm"])
    text, _ = timed(lambda: library.add([folder / "docs"], store, None))
    dense, summary = timed(lambda: library.sync(store, embedder))
    first = text + dense
    tell(
        f"{count} articles",
        f"{first:.1f} s",
        f"{summary.embedded:,} passages, {summary.embedded / dense:.0f}/s",
    )
    tell("text alone", f"{text:.1f} s", f"{first / text:.1f} × sooner")
    again, _ = timed(lambda: library.sync(store, embedder))
    tell("nothing changed", f"{again:.3f} s", f"{first / again:.0f} × faster (wanted ≥ 100)")
    changed = sorted((folder / "docs").iterdir())[: max(1, count // 100)]
    for path in changed:
        path.write_text(
            path.read_text("utf-8") + "\n\nOne more sentence was added to this article.\n", "utf-8"
        )
    part, summary = timed(lambda: library.sync(store, embedder))
    share = f"{100 * part / first:.2f} % of the first run for {100 * len(changed) / count:.1f} % of the files"
    tell(f"{len(changed)} changed", f"{part:.2f} s", f"{share}, {summary.embedded} passages embedded")
    store.close()


# --- how they are done ----------------------------------------------------------------------------------


def child(docs: Path, folder: Path) -> None:
    """One run in a process of its own: it can be killed, and its memory is its own."""
    store, embedding, begun = opened(folder), [0.0], time.perf_counter()
    print("ready", flush=True)

    def listen(progress: library.Progress) -> None:
        if progress.stage == "embedding" and not embedding[0]:
            embedding[0] = time.perf_counter() - begun

    summary = library.add([docs], store, FakeEmbedder(384), progress=listen)
    seconds = time.perf_counter() - begun
    store.close()
    done = {name: getattr(summary, name) for name in ("added", "updated", "moved", "unchanged", "embedded")}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    done |= {
        "skipped": summary.skipped,
        "seconds": seconds,
        "text": embedding[0],
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1024,
        "readers": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    print(json.dumps(done))


def start_child(docs: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.ingest", "--child", str(docs), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])


def run_child(docs: Path, folder: Path) -> dict[str, Any]:
    return finished(start_child(docs, folder))


def finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    output = process.communicate()[0]
    assert process.returncode == 0, output
    done: dict[str, Any] = json.loads(output.splitlines()[-1])
    assert done["skipped"] == []
    return done


def opened(folder: Path, embedder: Embedder | None = None) -> LocalStore:
    chosen = embedder or FakeEmbedder(384)
    return index.open(
        folder,
        embedder_name=chosen.name,
        embedder_digest=chosen.digest,
        dimension=chosen.dimension,
        splitter=ingest.SPLITTER,
    )


def real_embedder() -> Embedder | None:
    from rag import backends

    try:
        return backends.embedder("bge-small-en", 1)
    except ModelError as error:
        tell("real embedder", "", str(error))
        return None


def write_files(folder: Path, count: int, seed: int) -> dict[str, str]:
    """Notes of some 900 characters in made-up words whose frequencies follow Zipf's law; path → its topic."""
    chance = random.Random(seed)
    words = [made_up(chance) for _ in range(30_000)]
    shares = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))
    topics: dict[str, str] = {}
    for number in range(count):
        topic = f"{made_up(chance)}{made_up(chance)}{number}"
        path = folder / f"{number // FILES_PER_FOLDER:04}" / f"note-{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        sentences = (
            " ".join(chance.choices(words, cum_weights=shares, k=11)).capitalize() + "." for _ in range(12)
        )
        text = f"# Note on {topic}\n\nThis is said about {topic}.\n\n" + " ".join(sentences) + "\n"
        path.write_text(text, "utf-8")
        topics[str(path)] = topic
    return topics


def write_pages(folder: Path, count: int, seed: int) -> None:
    """Pages of one site that repeat three lines in their midst, which become furniture in the end."""
    chance = random.Random(seed)
    folder.mkdir(parents=True)
    lines = "".join(f"<p>{made_up(chance)} {made_up(chance)}</p>" for _ in range(3))
    for number in range(count):
        said = " ".join(made_up(chance) for _ in range(40)).capitalize()
        body = f"<nav>Home</nav><h1>Page {number}</h1><p>{said}.</p>{lines}<p>{said}.</p>"
        (folder / f"page-{number:03}.html").write_text(f"<title>Page {number}</title>{body}", "utf-8")


def change_files(folder: Path, chance: random.Random) -> None:
    """A few changes of every kind."""
    paths = files_in(folder)
    for path in chance.sample(paths, 6):
        path.write_text(path.read_text("utf-8") + f"\nAnother {made_up(chance)}.\n", "utf-8")
    old, copied, gone = chance.sample(paths, 3)
    old.rename(old.with_name(made_up(chance) + old.suffix))
    shutil.copy(copied, copied.with_name(made_up(chance) + copied.suffix))
    gone.unlink()


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def made_up(chance: random.Random) -> str:
    return "".join(
        chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4))
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def tell(what: str, figure: str, remark: str = "") -> None:
    print(f"  {what:<32} {figure:>12}   {remark}", flush=True)


if __name__ == "__main__":
    main()
