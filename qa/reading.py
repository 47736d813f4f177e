"""A second, separate reading: is the question answered in this one paragraph? Yes or no.

The chat model is not shown the draft, which it would defend. Over real cables and a model of 1.5
billion weights, its Yes parted right answers from figures taken of a neighbouring fact better than
its own draft did.
"""

from typing import TYPE_CHECKING

from prompts import load_prompt

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

READ_FLOOR = 0.35
"""A paragraph whose Yes is weaker than this does not answer the question. The right answers had at least 0.39, what the
paragraph did not tell at most 0.33, over the 21 questions on which it was set."""


def answers_question(chat_model: "BaseChatModel", question: str, text: str) -> float:
    """How surely the paragraph answers the question: 0 … 1; of a model that gives no weights, 0, 0.5 or 1."""
    from langchain_core.messages import HumanMessage

    messages = [HumanMessage(load_prompt("reading").fill(text=text, question=question))]
    weigh = getattr(chat_model, "yes_probability", None)
    if weigh is not None:
        return float(weigh(messages))
    reply = chat_model.invoke(messages).text.strip().lower()
    return 1.0 if reply.startswith("yes") else 0.0 if reply.startswith("no") else 0.5
