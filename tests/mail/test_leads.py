from mailkeep.mail.flow import Flow
from mailkeep.mail.leads import Leads


def test_addresses_are_cleaned_as_a_browser_does_and_joined_to_the_base():
    leads = Leads("1", Flow(100))
    assert leads.target(" \x01http://a.exa\r\nmple/ ") == "http://a.example/"
    leads.set_base({"href": "http://b.example/x/"})
    leads.set_base({"href": "http://c.example/"})
    assert leads.target("y") == "http://b.example/x/y"
    assert leads.target("mailto:a@b.example") == "mailto:a@b.example"


def test_only_remote_pictures_are_leads():
    leads = Leads("1", Flow(100))
    for source in ("cid:1", "data:image/png;base64,AA", "http://x.example/a.png", "//x.example/b.png", ""):
        leads.image({"src": source, "alt": "pic"})
    assert [one.target for one in leads.images] == ["http://x.example/a.png", "//x.example/b.png"]


def test_leads_beyond_the_bound_are_cut():
    leads = Leads("1", Flow(100))
    for number in range(600):
        leads.area({"href": f"http://x.example/{number}"})
    assert (len(leads.anchors), leads.is_cut) == (500, True)
