import pytest

from mailkeep.mail import html


def page(source):
    return html.read(source, "1")


def test_blocks_break_lines_and_inline_elements_do_not():
    assert page("<p>a <b>b</b>c</p><div>d<br>e</div><table><tr><td>f<td>g</table>").text == "a bc\n\nd\ne\nf g"


def test_scripts_styles_and_titles_are_not_text():
    assert page("<title>t</title><style>.a{}</style><script>x</script>seen<!-- no -->").text == "seen"


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none'>X</div>",
        "<span style='VISIBILITY: hidden'>X</span>",
        "<span style='font-size:0px'>X</span>",
        "<span style='font-size:1px'>X</span>",
        "<span style='opacity:0'>X</span>",
        "<div style='max-height:0;overflow:hidden'>X</div>",
        "<div style='text-indent:-9999px'>X</div>",
        "<div style='position:absolute;left:-5000px'>X</div>",
        "<p hidden>X</p>",
        "<table><td style='background:#ffffff'><font color='#FFFFFF'>X</font>",
        "<body bgcolor=white><span style='color:#fefefe'>X</span>",
        "<style>.z{display:none!important}</style><p class='a z'>X</p>",
    ],
)
def test_text_kept_from_the_readers_eyes_is_kept_apart(hidden):
    found = page(f"{hidden}")
    assert (found.text, found.hidden) == ("", "X")


@pytest.mark.parametrize(
    "shown",
    [
        "<table><td style='font-size:0'><div style='font-size:14px'>X</div>",
        "<div style='visibility:hidden'><p style='visibility:visible'>X</p></div>",
        "<style>@media (max-width:600px){.m{display:none}}</style><p class=m>X</p>",
        "<p style='color:#fff'>X</p>",
        "<p style='background:url(x.png) #fff;color:#fff'>X</p>",
        "<p style='color:#000;background:#fff'>X</p>",
    ],
)
def test_text_a_reader_sees_is_not_called_hidden(shown):
    found = page(shown)
    assert (found.text, found.hidden) == ("X", "")


def test_links_forms_areas_refresh_and_pictures_are_found():
    found = page(
        "<meta http-equiv=Refresh content='0; URL=http://r.example'><a href=' http://a.exa\tmple/ '>go <img alt=logo src=cid:1></a>"
        "<a href='http://i.example'><img alt=Button src='//cdn.example/b.png'></a><map><area href=http://m.example alt=map></map>"
        "<form action='http://f.example/login'>Name <input type=submit value='Sign in'></form><a href='#top'>up</a>"
    )
    assert [(one.kind, one.target, one.shown) for one in found.anchors] == [
        ("refresh", "http://r.example", ""),
        ("anchor", "http://a.example/", "go"),
        ("anchor", "http://i.example", "Button"),
        ("area", "http://m.example", "map"),
        ("form", "http://f.example/login", "Name Sign in"),
        ("image", "//cdn.example/b.png", "Button"),
    ]


def test_base_is_applied_to_relative_links():
    found = page("<base href='http://evil.example/x/'><a href='login'>bank</a><a href='http://b.example'>b</a>")
    assert [one.target for one in found.anchors] == ["http://evil.example/x/login", "http://b.example"]


def test_a_links_place_covers_its_words_in_the_text():
    found = page("<p>Please <a href=http://x.example>click here</a> now</p>")
    place = found.anchors[0].place
    assert found.text[place.start : place.end] == "click here"


def test_quote_containers_are_marked_with_their_place():
    found = page("<p>new</p><div class='gmail_quote'>On x wrote:<blockquote>old</blockquote></div>")
    kinds = [(one.kind, found.text[one.start : one.end]) for one in found.regions]
    assert ("quote", "On x wrote:\nold") in kinds


def test_more_links_than_the_bound_are_cut_and_said_so():
    found = page("<a href='http://x.example'>x</a>" * 600)
    assert len(found.anchors) == 500
    assert [kind for kind, _ in found.troubles] == ["html-cut"]


@pytest.mark.parametrize(
    "bomb", ["<div>" * 100_000, "<ul><li>" * 50_000, "<p " + " ".join(f"a{i}" for i in range(50_000)) + ">"]
)
def test_documents_made_to_choke_the_parser_are_tamed_and_noted(bomb):
    found = page(f"{bomb}<a href='http://x.example'>end</a>")
    assert "end" in found.text
    assert found.anchors[0].target == "http://x.example"
    assert found.troubles[0][0] in {"html-too-deep", "html-endless-tag"}
