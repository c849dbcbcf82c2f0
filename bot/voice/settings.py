"""What stands in `[voice]` of the configuration."""

from typing import Literal

from pydantic import ConfigDict, Field

from bot.config import Section

Kind = Literal["sense_voice", "paraformer", "transducer"]


class VoiceSettings(Section):
    """[voice] Reading aloud needs no setting; voice messages are understood only with a model of the operator's."""

    model_config = ConfigDict(title="语音")

    listen_model: str = ""
    """Folder of a sherpa-onnx model; "" means that voice messages go to a person."""
    listen_kind: Kind = "sense_voice"
    keep_days: int = Field(30, ge=1, le=365, title="录音留几天")
    """How long clips, those heard and those read out, are kept."""
