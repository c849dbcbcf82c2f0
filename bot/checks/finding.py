"""What one check found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: /metrics shows it as yure_<name>, with `label` told by which of several it is."""

    name: str
    value: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name for programs and for people, and what is wrong ("" when well)."""

    key: str
    part: str
    trouble: str = ""
    """One sentence: what is wrong and what to do."""
    note: str = ""
    """What is well but good to know."""
    alarm: bool = True
    """Whether its trouble makes /health bad; else it waits for a person, and the service itself runs."""
    figures: tuple[Figure, ...] = ()

    @property
    def well(self) -> bool:
        """Whether there is nothing to do."""
        return not self.trouble
