from mailkeep.profile.keys import display_key, mail_key, pair_key, plain, subject_key, tag


def test_a_tag_is_short_and_always_the_same():
    assert tag("vera@vendor.test") == tag("vera@vendor.test")
    assert len(tag("x" * 9999)) == 13
    assert tag("\udcff")


def test_hostile_addresses_make_lawful_keys():
    assert plain("a b\n\x00@x") == "ab@x"
    assert len(plain("x" * 9999)) == 254
    assert pair_key("a", "b c") == ("pair", "a bc")


def test_names_are_one_whatever_their_order():
    assert display_key("Archer, Alice") == display_key("alice ARCHER")
    assert display_key("Support") == ("name", "support")
    assert display_key(" ") is None


def test_a_subject_of_a_few_letters_tells_no_conversation():
    assert subject_key("a.test", "hi") is None


def test_copies_of_a_mail_share_a_key_whatever_was_written_on_the_way(letter):
    one = letter(author="a@b.test", message_id="x1").message()
    two = letter(author="a@b.test", message_id="x2").message()
    assert mail_key(one) == mail_key(two)
    assert mail_key(one) != mail_key(letter(author="a@b.test", day=1).message())
