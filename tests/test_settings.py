"""Settings: where they come from, in which order, and that a wrong one is told at once."""

from pathlib import Path

import pytest

from index.errors import SettingsError
from index.settings import load_settings


def test_arguments_come_before_environment_before_file_before_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text('encoder = "from-file"\ntop_k = 7\nchat_model = "from-file"\n')
    monkeypatch.setenv("REFTEL_CHAT_MODEL", "from-environment")
    monkeypatch.setenv("REFTEL_ENCODER", "from-environment")
    found = load_settings(tmp_path, encoder="given")
    assert (found.encoder, found.chat_model, found.top_k, found.sources_to_model) == ("given", "from-environment", 7, 6)


def test_the_home_folder_is_moved_by_one_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFTEL_HOME", str(tmp_path / "elsewhere"))
    assert load_settings().home == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("colour = 1", "colour: no such setting"),
        ("top_k = 0", "top_k: Input should be greater than or equal to 1"),
        ('dtype = "float8"', "dtype"),
        ("top_k = ", "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(tmp_path: Path, written: str, told: str) -> None:
    (tmp_path / "settings.toml").write_text(written)
    with pytest.raises(SettingsError, match=told) as caught:
        load_settings(tmp_path)
    assert "\n" not in str(caught.value)
    assert "settings.toml" in str(caught.value)
