"""python -m benchmarks.train_judge train | export | measure"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m benchmarks.train_judge", description=__doc__)
    verbs = whole.add_subparsers(dest="verb", required=True)
    for verb in ("train", "export", "measure"):
        one = verbs.add_parser(verb)
        one.add_argument(
            "--original",
            type=Path,
            required=True,
            help="folder with the original model.onnx and tokenizer.json",
        )
        one.add_argument("--evaldata", type=Path, default=REPOSITORY.parent / "shared" / "evaldata")
        one.add_argument("--checkpoints", type=Path, default=REPOSITORY / ".cache" / "train_judge")
        if verb == "train":
            one.add_argument("--minutes", type=float, default=80.0)
            one.add_argument("--frozen", type=int, default=6)
            one.add_argument("--rate", type=float, default=6e-5)
            one.add_argument("--seed", type=int, default=2026)
            one.add_argument("--start", type=Path, help="judge.pt of an earlier plan to set out from")
        else:
            one.add_argument("--judge", type=Path, default=REPOSITORY / "models" / "judge")
        if verb == "measure":
            one.add_argument(
                "--untrained", action="store_true", help="measure the original cross-encoder instead"
            )
            one.add_argument("--each", type=int, default=60, help="development pairs of a source")
            one.add_argument(
                "--sets",
                nargs="+",
                default=["development"],
                help="development, or sets kept for the end, to be looked at sparingly: squad2_a_200 "
                "squad2_a_all clapnq fever_symmetric_dev wice_dev scifact",
            )
            one.add_argument("--whole", action="store_true", help="all of squad2_a, not a sample of 600")
            one.add_argument(
                "--figures", type=Path, required=True, help="file (JSON) that figures are added to"
            )
    return whole


def main() -> None:
    asked = parser().parse_args()
    {"train": train_judge, "export": export_judge, "measure": measure_judge}[asked.verb](asked)


def train_judge(asked: argparse.Namespace) -> None:
    from benchmarks.train_judge.data import all_pairs, split
    from benchmarks.train_judge.model import starting_judge
    from benchmarks.train_judge.train import Plan, train

    pairs, _ = split(all_pairs(asked.evaldata, asked.seed))
    judge = starting_judge(asked.original / "model.onnx", frozen=asked.frozen, seed=asked.seed)
    plan = Plan(minutes=asked.minutes, rate=asked.rate, frozen=asked.frozen, seed=asked.seed)
    train(judge, pairs, asked.original / "tokenizer.json", asked.checkpoints, plan, asked.start)


def export_judge(asked: argparse.Namespace) -> None:
    from benchmarks.train_judge.export import export_folder

    size = export_folder(asked.checkpoints, asked.original, asked.judge)
    print(f"{asked.judge}: {size / 1e6:.1f} MB")


def measure_judge(asked: argparse.Namespace) -> None:
    from benchmarks.train_judge.data import all_pairs, split
    from benchmarks.train_judge.measure import development, final, sample_development
    from benchmarks.train_judge.scoring import Scorer

    folder = asked.original if asked.untrained else asked.judge
    scorer = Scorer(folder)
    asked.figures.parent.mkdir(parents=True, exist_ok=True)
    found = json.loads(asked.figures.read_text(encoding="utf-8")) if asked.figures.exists() else {}

    def keep(name: str, figures: dict[str, Any]) -> None:
        print(f"{name}: {json.dumps(figures)}", flush=True)
        found[name] = figures
        asked.figures.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    for name in asked.sets:
        if name == "development":
            _, held_out = split(all_pairs(asked.evaldata, 2026))
            keep(name, development(scorer, sample_development(held_out, asked.each)))
        else:
            kinds = found.get("development", {})
            thresholds = {kind: kinds.get(f"{kind}_all", {}) for kind in ("support", "margin")}
            keep(name, final(scorer, asked.evaldata, thresholds, name, asked.whole))
    described = folder / "judge.json"
    if not asked.untrained and "development" in found and described.exists():
        told = json.loads(described.read_text(encoding="utf-8"))
        chosen = {kind: found["development"][f"{kind}_all"] for kind in ("answerable", "support", "margin")}
        told = {**told, "calibration": chosen, "measures": found}
        described.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
