"""Open pages of feedback in Chromium and see whether anything of a student's runs there."""

import shutil


def chromium() -> str | None:
    """Where Chromium is on this machine; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which(
        "google-chrome")


def opened(pages, port: int) -> list[str]:
    """Open pages one after another; return what ran: titles that were set, dialogs, requests.

    Parameters
    ----------
    pages : list of Path
    port : int
        Of the address to which attacks send requests.
    """
    from playwright.sync_api import sync_playwright

    found, home = [], f"http://127.0.0.1:{port}/"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for path in pages:
            page = browser.new_page()
            page.on("dialog", lambda dialog, path=path: (
                found.append(f"{path}: a dialog {dialog.message!r}"), dialog.dismiss()))
            page.on("request", lambda request, path=path: found.append(
                f"{path}: a request to {request.url}") if request.url.startswith(home) else None)
            page.goto(path.as_uri(), wait_until="load", timeout=60_000)
            page.wait_for_timeout(300)
            if "OWNED" in page.title():
                found.append(f"{path}: a script set the title")
            page.close()
        browser.close()
    return found
