"""The entailment model: its outputs are told apart by its own config, and its word joins the verdict."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import scripted
from making import a_text

from index.errors import EncoderError
from index.settings import Settings
from qa.assistant import open_assistant
from qa.entail import Probabilities, joined, open_entailment
from qa.records import Support

Make = Callable[..., str]
SURE = 6.0


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a real cross-encoder of one small layer that always says the same: `said` of its `labels`."""
    import torch
    from sentence_transformers import CrossEncoder
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    def made(labels: list[str], said: str) -> str:
        folder = tmp_path / "-".join([*labels, said])
        folder.mkdir()
        words = "[PAD] [UNK] [CLS] [SEP] [MASK] tin strike miners went on the".split()
        (folder / "vocab.txt").write_text("\n".join(words))
        config = BertConfig(
            vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16,
            id2label=dict(enumerate(labels)), label2id={label: place for place, label in enumerate(labels)},
        )  # fmt: skip
        model = BertForSequenceClassification(config)
        with torch.no_grad():
            model.classifier.weight.zero_()
            model.classifier.bias.copy_(torch.tensor([SURE if label == said else 0.0 for label in labels]))
        model.save_pretrained(folder)
        BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
        CrossEncoder(str(folder)).save_pretrained(str(folder))
        return str(folder)

    return made


@pytest.mark.parametrize(
    ("labels", "said", "likeliest"),
    [
        (["contradiction", "entailment", "neutral"], "contradiction", "contradiction"),
        (["entailment", "neutral", "contradiction"], "contradiction", "contradiction"),
        (["ENTAILMENT", "NEUTRAL", "CONTRADICTION"], "ENTAILMENT", "entailment"),
        (["not_entailment", "entailment"], "entailment", "entailment"),
        (["entailment", "not_entailment"], "not_entailment", "neutral"),
    ],
)
def test_outputs_are_named_by_the_config(make: Make, labels: list[str], said: str, likeliest: str) -> None:
    found = open_entailment(make(labels, said))("The miners went on strike.", "The miners went.")
    assert getattr(found, likeliest) > 0.9
    assert found.entailment + found.neutral + found.contradiction == pytest.approx(1)


@pytest.mark.parametrize("labels", [["LABEL_0", "LABEL_1", "LABEL_2"], ["contradiction", "neutral"]])
def test_a_model_that_does_not_say_which_is_entailment_is_refused(make: Make, labels: list[str]) -> None:
    with pytest.raises(EncoderError, match="does not say which is entailment; take a model"):
        open_entailment(make(labels, labels[0]))


def test_a_model_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(EncoderError, match=r"^entailment .no/where. cannot be loaded"):
        open_entailment("no/where")


@pytest.mark.parametrize(
    ("rules", "entailment", "contradiction", "verdict"),
    [
        ("supported", 0.1, 0.8, "unsupported"),
        ("partly", 0.1, 0.8, "unsupported"),
        ("partly", 0.8, 0.1, "supported"),
        ("partly", 0.2, 0.2, "partly"),
        ("supported", 0.2, 0.2, "supported"),
        ("unsupported", 0.9, 0.0, "unsupported"),
    ],
)
def test_it_joins_the_verdict_of_the_rules(
    rules: Support, entailment: float, contradiction: float, verdict: Support
) -> None:
    found = Probabilities(entailment, 1 - entailment - contradiction, contradiction)
    support, reason = joined(rules, found)
    assert support == verdict
    assert (reason is not None) == (verdict != rules)


@pytest.mark.parametrize(
    ("said", "supports"),
    [("contradiction", []), ("entailment", ["supported", "supported"]), ("neutral", ["supported", "partly"])],
)
def test_an_answer_is_checked_with_it(
    make: Make, tmp_path: Path, index_files: Callable[..., Any], settings: Settings, encoder: Any, said: str,
    supports: list[str],
) -> None:  # fmt: skip
    folder = tmp_path / "cables"
    folder.mkdir()
    (folder / "1.txt").write_text(a_text(1, first="A total of 97 officers were trained in Karaganda."))
    index_files(folder)
    name = make(["entailment", "neutral", "contradiction"], said)
    draft = "97 officers were trained in Karaganda [1]. Officers trained happily together there under supervision [1]."
    opened = settings.model_copy(update={"entailment": name})
    with open_assistant(settings=opened, encoder=encoder, chat_model=scripted(draft)) as assistant:
        answer = assistant.ask("How many officers were trained in Karaganda?")
    drafted = [each.support for each in answer.statements if not each.text.startswith("“")]
    assert drafted == supports
    verdicts = answer.trace["verdicts"]
    if said == "contradiction":
        assert all("the source contradicts it" in " ".join(each["reasons"]) for each in verdicts)
