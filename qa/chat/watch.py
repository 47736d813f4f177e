"""What a chat model was sent for one question, and the tokens it counted: a LangChain callback."""

import threading
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult


class Watch(BaseCallbackHandler):
    """Give it as `config={"callbacks": [watch]}`, then read `prompts` and `tokens`."""

    def __init__(self) -> None:
        """Nothing is seen yet."""
        self.prompts: list[list[dict[str, str]]] = []
        self.tokens: dict[str, int] = {}
        self._lock = threading.Lock()

    def on_chat_model_start(self, serialized: dict[str, Any], messages: list[list[BaseMessage]], **_: Any) -> None:
        """Keep the messages, as role and text."""
        sent = [[{"role": each.type, "text": str(each.text)} for each in batch] for batch in messages]
        with self._lock:
            self.prompts += sent

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        """Add the tokens of this reply, where the model counts them."""
        for generations in response.generations:
            for generation in generations:
                message = generation.message if isinstance(generation, ChatGeneration) else None
                if isinstance(message, AIMessage) and (usage := message.usage_metadata):
                    self._add("prompt_tokens", usage["input_tokens"])
                    self._add("answer_tokens", usage["output_tokens"])

    def _add(self, name: str, tokens: int) -> None:
        with self._lock:
            self.tokens[name] = self.tokens.get(name, 0) + tokens
