"""How fast, how large and how safe bringing documents in is, as ratios within one run.

    python -m benchmarks.ingest                 quick: 1,000 generated files, 20 articles, 10 kills
    python -m benchmarks.ingest --full          10,000 files, 490 articles by the real embedder, 50 kills
    python -m benchmarks.ingest --only memory   one part: steps, memory, kills, lexical, articles

The generated folder is embedded by the fake embedder, so that its figures are about storing, not about the
model; `articles` and the last line of `lexical` use the real one.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag import index, ingest, library
from rag.backends.fakes import FakeEmbedder
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
    parser.add_argument("--only", choices=["steps", "memory", "kills", "lexical", "articles"])
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--child", nargs=2, metavar=("DOCUMENTS", "LIBRARY"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(Path(options.child[0]), Path(options.child[1]))
        return
    files = options.files or (10_000 if options.full else 1_000)
    parts: dict[str, Callable[[Path], None]] = {
        "steps": lambda folder: steps(folder, files, options.seed),
        "memory": lambda folder: memory(folder, files, options.seed),
        "kills": lambda folder: kills(folder, options.kills or (50 if options.full else 10), options.seed),
        "lexical": lambda folder: lexical(folder, files, options.seed),
        "articles": lambda folder: articles(folder, options.articles or (490 if options.full else 20)),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="rag-ingest-") as folder:
                print(f"\n{name}", flush=True)
                part(Path(folder))


# --- the parts ------------------------------------------------------------------------------------------


def steps(folder: Path, files: int, seed: int) -> None:
    """First run, nothing changed, one file in a hundred changed."""
    write_files(folder / "docs", files, seed)
    store, embedder = opened(folder / "library"), FakeEmbedder(384)
    first, summary = timed(lambda: library.add([folder / "docs"], store, embedder))
    tell("first run", f"{first:.1f} s", f"{files / first:.0f} files/s, {summary.embedded:,} passages")
    again, summary = timed(lambda: library.sync(store, embedder))
    assert summary.unchanged == files
    tell("nothing changed", f"{again:.3f} s", f"{first / again:.0f} × faster (wanted ≥ 100)")
    changed = random.Random(seed).sample(sorted((folder / "docs").rglob("*.md")), max(1, files // 100))
    for number, path in enumerate(changed):
        path.write_text(path.read_text("utf-8") + f"\n\nChange number {number} was made.\n", "utf-8")
    part, summary = timed(lambda: library.sync(store, embedder))
    assert summary.updated == len(changed)
    tell("1 % changed", f"{part:.2f} s", f"{100 * part / first:.1f} % of the first run (wanted ≤ 3 %)")
    for path in (folder / "docs").iterdir():
        path.rename(path.with_name(f"moved-{path.name}"))
    moved, summary = timed(lambda: library.sync(store, embedder))
    tell("every folder renamed", f"{moved:.1f} s", f"{summary.moved:,} moved, {summary.embedded} embedded")
    size = sum(file.stat().st_size for file in (folder / "library").iterdir())
    text = sum(file.stat().st_size for file in (folder / "docs").rglob("*.md"))
    tell("index on disk", f"{size / 2**20:.0f} MiB", f"{size / text:.1f} × the text")
    store.close()


def memory(folder: Path, files: int, seed: int) -> None:
    """Peak resident memory of a whole run, against that of a tenth of the files."""
    peaks: dict[int, float] = {}
    for count in (files // 10, files):
        write_files(folder / f"docs{count}", count, seed)
        done = run_child(folder / f"docs{count}", folder / f"library{count}")
        peaks[count] = done["peak"]
        tell(f"{count:,} files", f"{done['peak']:.0f} MiB", f"readers {done['readers']:.0f} MiB each at most")
    few, many = peaks.values()
    tell("ratio", f"{many / few:.2f}", "wanted ≤ 1.3")


def kills(folder: Path, times: int, seed: int) -> None:
    """Kill the process at random moments while files change; compare with an uninterrupted index."""
    docs, chance = folder / "docs", random.Random(seed)
    write_files(docs, 120, seed)
    window, killed, finished = 1.5, 0, 0
    while killed < times:
        change_files(docs, chance)
        process = start_child(docs, folder / "library")
        try:
            process.wait(timeout=chance.uniform(0, window))
            finished += 1
            window *= 0.8
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
    run_child(docs, folder / "library")
    run_child(docs, folder / "fresh")
    after, fresh = opened(folder / "library"), opened(folder / "fresh")
    same = after.fingerprint() == fresh.fingerprint()
    paths = [one.source.path for one in after.listings()]
    lost = {str(path) for path in docs.rglob("*.md")} - set(paths)
    tell("killed", f"{killed} times", f"{finished} runs finished before they could be")
    tell("lost, doubled", f"{len(lost)}, {len(paths) - len(set(paths))}", f"of {len(paths)} documents")
    tell("equal to an uninterrupted index", "yes" if same else "NO", "digest of rows")
    after.close()
    fresh.close()


def lexical(folder: Path, files: int, seed: int) -> None:
    """When the first questions are answered by words, against when everything can be found by meaning."""
    topics = write_files(folder / "docs", files, seed)
    store, answered = opened(folder / "library"), threading.Event()
    begun, first = time.perf_counter(), [0.0]

    def ask() -> None:
        path, topic = next(iter(topics.items()))
        while not answered.is_set():
            found = store.search_words(f"What is said about {topic}?", 1)
            if found and found[0].passage.source.path == path and topic in found[0].passage.text:
                first[0] = time.perf_counter() - begun
                return
            time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    summary = library.add([folder / "docs"], store, None)
    text = time.perf_counter() - begun
    answered.set()
    asking.join()
    sample = chance_of(topics, 200, seed)
    right = sum(store.search_words(topic, 1)[0].passage.source.path == path for path, topic in sample)
    tell("first answer by words", f"{first[0]:.2f} s", "a question on the first file")
    tell("all text in", f"{text:.1f} s", f"{right} of {len(sample)} questions find their file first")
    if (embedder := real_embedder()) is None:
        return
    texts = [text for _, text in store.unembedded(10**9)][:: max(1, summary.waiting // 128)][:128]
    embedder.embed_passages(texts[:8])
    seconds, _ = timed(lambda: embedder.embed_passages(texts))
    dense = text + summary.waiting * seconds / len(texts)
    tell("full dense index", f"{dense:.0f} s", f"reckoned from {len(texts) / seconds:.0f} passages/s")
    tell("ratio, first answer", f"{dense / first[0]:.0f} ×", "sooner (wanted ≥ 20)")
    tell("ratio, every answer", f"{dense / text:.1f} ×", "sooner")
    store.close()


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
    one = next(iter(sorted((folder / "docs").iterdir())))
    one.write_text(one.read_text("utf-8") + "\n\nOne more sentence was added to this article.\n", "utf-8")
    part, summary = timed(lambda: library.sync(store, embedder))
    share = f"{100 * part / first:.1f} % of the first run for {100 / count:.1f} % of the files"
    tell("one article changed", f"{part:.2f} s", f"{share}, {summary.embedded} passages embedded")
    store.close()


# --- how they are done ----------------------------------------------------------------------------------


def child(docs: Path, folder: Path) -> None:
    """One run in a process of its own: can be killed, and its memory is its own."""
    store = opened(folder)
    summary = library.add([docs], store, FakeEmbedder(384))
    store.close()
    peak = {
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "readers": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "skipped": summary.skipped,
    }
    print(json.dumps(peak))


def start_child(docs: Path, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.ingest", "--child", str(docs), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])


def run_child(docs: Path, folder: Path) -> dict[str, Any]:
    process = start_child(docs, folder)
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
    from rag.errors import ModelError

    try:
        return backends.embedder("bge-small-en", 1)
    except ModelError as error:
        tell("real embedder", "", str(error))
        return None


def write_files(folder: Path, count: int, seed: int) -> dict[str, str]:
    """Notes of some 900 characters in made-up words whose frequencies follow Zipf's law; path → its topic."""
    chance = random.Random(seed)
    words = [made_up(chance) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    topics: dict[str, str] = {}
    for number in range(count):
        topic = f"{made_up(chance)}{made_up(chance)}{number}"
        path = folder / f"{number // FILES_PER_FOLDER:04}" / f"note-{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        sentences = (" ".join(chance.choices(words, weights, k=11)).capitalize() + "." for _ in range(12))
        text = f"# Note on {topic}\n\nThis is said about {topic}.\n\n" + " ".join(sentences) + "\n"
        path.write_text(text, "utf-8")
        topics[str(path)] = topic
    return topics


def change_files(folder: Path, chance: random.Random) -> None:
    """A few changes of every kind."""
    paths = sorted(folder.rglob("*.md"))
    for path in chance.sample(paths, 6):
        path.write_text(path.read_text("utf-8") + f"\nAnother {made_up(chance)}.\n", "utf-8")
    old, copied, gone = chance.sample(paths, 3)
    old.rename(old.with_name(f"{made_up(chance)}.md"))
    shutil.copy(copied, copied.with_name(f"{made_up(chance)}.md"))
    gone.unlink()


def made_up(chance: random.Random) -> str:
    return "".join(
        chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.randint(2, 4))
    )


def chance_of(topics: dict[str, str], count: int, seed: int) -> Sequence[tuple[str, str]]:
    return random.Random(seed).sample(sorted(topics.items()), min(count, len(topics)))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def tell(what: str, figure: str, remark: str = "") -> None:
    print(f"  {what:<32} {figure:>12}   {remark}", flush=True)


if __name__ == "__main__":
    main()
