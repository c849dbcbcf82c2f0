"""The child: HTML in, PDF out; exit code 3 where a library of the system is missing."""

import sys

from bot.paper import NO_LIBRARY


def main() -> int:
    """Make one sheet."""
    html = sys.stdin.buffer.read().decode()
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError):
        # cffi raises OSError where Pango, GObject or HarfBuzz can't be opened.
        return NO_LIBRARY
    nothing = URLFetcher(allowed_protocols=())  # a sheet brings along all that it shows
    page = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=nothing)
    sys.stdout.buffer.write(page.write_pdf())
    return 0


sys.exit(main())
