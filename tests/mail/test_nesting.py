from mailkeep.mail import nesting


def test_ordinary_pages_are_let_alone():
    page = "<table>" + "<tr><td><b>x</b><br><p>y" * 3000 + "</table>"
    assert not nesting.is_hostile(page)
    assert nesting.without_endless_tags(page) is page


def test_depth_without_end_is_seen():
    assert nesting.is_hostile("<div>" * 3000)


def test_formatting_that_multiplies_is_seen():
    assert nesting.is_hostile("".join(f"<p><b a={number}></p>" for number in range(2000)))


def test_a_flattened_page_keeps_its_links():
    assert nesting.flattened("<div><a href='x'>y</a></div>") == "<br><a href='x'>y</a><br>"


def test_a_long_picture_in_the_page_is_no_endless_tag():
    page = f'<img src="data:image/png;base64,{"A" * 5000}">'
    assert nesting.without_endless_tags(page) is page


def test_an_endless_tag_is_ended_and_keeps_where_it_leads():
    page = "<a " + " ".join(f"a{number}=1" for number in range(1000)) + " href='http://x.example'>go</a>"
    tamed = nesting.without_endless_tags(page)
    assert len(tamed) < 1100
    assert tamed.endswith("href='http://x.example'>go</a>")
