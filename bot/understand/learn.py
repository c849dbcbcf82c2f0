"""Words that coordinators taught: texts in the data folder, refitted with numpy alone."""

from pathlib import Path

from bot.understand.model import read, use, write


def retrain(data_dir: Path, rounds: int | None = None) -> Path:
    """Refit with the texts in `data_dir`/lexicon added to the shipped ones; takes half a minute.

    `rounds`: passes over the texts, fewer for a quick look; None for as many as shipped.

    The new weights go to `data_dir`/model.npz, which `load` prefers; shipped files stay.
    Raises ValueError for a line that names no label.
    """
    from bot.understand.train import trained

    path = data_dir / "model.npz"
    beside = data_dir / "model.new.npz"
    write(trained(data_dir / "lexicon", rounds), beside)
    beside.replace(path)
    use(read(path))
    return path


def load(data_dir: Path) -> bool:
    """Use the weights refitted in `data_dir` from now on; False if there are none.

    Raises ValueError if they were fitted for other labels: retrain.
    """
    path = data_dir / "model.npz"
    if not path.exists():
        return False
    use(read(path))
    return True
