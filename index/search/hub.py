"""The name of a model → its folder on this machine: one that is there already, or one fetched from the hub."""

from pathlib import Path

from index.errors import ModelError

_READ_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")
"""What is fetched of a model: no pickled weights and no code, so that neither can be run by accident."""


def find_model(name: str, *, role: str, remedy: str) -> Path:
    """Return the folder of a model, which the hub is asked for only where `name` is no folder.

    Args:
        name: a folder or a hub name.
        role: what the model is, for the error: "model".
        remedy: what to do where it is not found.

    Raises:
        ModelError: it is neither a folder nor a model of the hub that can be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(_READ_FILES)))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The {role} {name!r} is neither a folder nor a model of the hub that can be reached.", remedy=remedy
        ) from error
