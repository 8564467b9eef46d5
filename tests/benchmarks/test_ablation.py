from benchmarks import ablation
from rag import verify


def test_what_an_arm_changes_exists_and_is_put_back() -> None:
    for _, patches in [*ablation.ARMS.values(), *ablation.WRITTEN.values()]:
        before = [getattr(module, name) for module, name, _ in patches]
        with ablation.patched(patches):
            assert [getattr(module, name) for module, name, _ in patches] == [new for _, _, new in patches]
        assert [getattr(module, name) for module, name, _ in patches] == before


def test_an_arm_without_rules_lets_through_what_a_rule_stops() -> None:
    claim, quote = "It opened in 1931.", "It opened in 1932."
    assert verify.objections(claim, quote, quote)
    with ablation.patched([ablation.NO_RULES]):
        assert not verify.objections(claim, quote, quote)


def test_the_table_has_a_row_for_each_arm_and_tells_what_is_missing() -> None:
    truth = {"value": 0.25, "low": 0.1, "high": 0.4}
    text = ablation.table({"a set": {"as shipped": {"truthfulness": truth, "milliseconds": 410}}})
    assert "| as shipped | +0.250 (+0.10 – +0.40) |" in text
    assert text.splitlines()[-1].endswith("| – | 410 |")
