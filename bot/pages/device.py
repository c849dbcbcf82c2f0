"""What a browser is and where it comes from, in words by which its owner knows it again."""

import ipaddress
from typing import Final

from starlette.requests import Request

_SYSTEMS: Final = (
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("HarmonyOS", "鸿蒙手机"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux 电脑"),
)
_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("360SE", "360 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Edg", "Edge"),
    ("Firefox", "火狐"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""The first that stands in the User-Agent counts: all of them call themselves Safari besides."""


def device_of(request: Request) -> str:
    """ "Windows 电脑，Edge": what the browser says of itself."""
    agent = request.headers.get("user-agent", "")
    found = [
        next((word for sign, word in signs if sign in agent), "") for signs in (_SYSTEMS, _BROWSERS)
    ]
    return "，".join(filter(None, found)) or "没有认出的设备"


def net_of(request: Request) -> str:
    """The network address: that of the connection, or what a proxy that the server trusts says it is."""
    return request.client.host if request.client else ""


def where_from(net: str) -> str:
    """ "本单位的网（192.168.1.20）": where a network address lies."""
    try:
        address = ipaddress.ip_address(net)
    except ValueError:
        return "不清楚从哪里来"
    if address.is_loopback:
        return "这台服务器上"
    return f"{'本单位的网' if address.is_private else '外面的网'}（{net}）"
