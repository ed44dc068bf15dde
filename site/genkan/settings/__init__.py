"""How is this server set up? Read once from the environment, frozen, passed to whoever needs it; says every fault at once."""

from genkan.settings.addresses import LOOPBACK, is_this_machine
from genkan.settings.environment import brand_folder, from_environment
from genkan.settings.reader import SettingsFault
from genkan.settings.shape import Network, ProviderSettings, Settings

__all__ = [
    "LOOPBACK",
    "Network",
    "ProviderSettings",
    "Settings",
    "SettingsFault",
    "brand_folder",
    "from_environment",
    "is_this_machine",
]
