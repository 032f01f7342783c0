import stat
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from mailkeep.connect.assertions import read_certificate
from mailkeep.connect.certificates import KEY_BITS, LIFE, SEAL_LIFE, make_certificate, make_seal

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_key_and_certificate_belong_together_and_only_the_owner_reads_the_key(tmp_path):
    pem = tmp_path / "secrets" / "corp.observe.pem"
    public = make_certificate(pem, "Mailkeep observe", NOW)
    key = load_pem_private_key(pem.read_bytes(), None)
    inside = x509.load_pem_x509_certificate(pem.read_bytes())
    uploaded = x509.load_der_x509_certificate(public.read_bytes())
    assert inside == uploaded
    assert uploaded.public_key() == key.public_key()
    assert key.key_size == KEY_BITS
    assert uploaded.not_valid_after_utc == NOW + LIFE
    assert stat.S_IMODE(pem.stat().st_mode) == 0o600
    assert b"PRIVATE" not in public.read_bytes()


def test_a_certificate_that_is_there_is_kept(tmp_path):
    pem = tmp_path / "corp.observe.pem"
    make_certificate(pem, "Mailkeep observe", NOW)
    before = pem.read_bytes()
    make_certificate(pem, "Mailkeep observe", NOW)
    assert pem.read_bytes() == before


def test_a_key_for_sealed_notices_is_made_once_for_its_owner_alone(tmp_path):
    pem = tmp_path / "secrets" / "corp.notices.pem"
    make_seal(pem, "Mailkeep corp notices", NOW)
    before = pem.read_bytes()
    make_seal(pem, "Mailkeep corp notices", NOW)
    assert pem.read_bytes() == before
    assert [each.name for each in pem.parent.iterdir()] == ["corp.notices.pem"]
    assert stat.S_IMODE(pem.stat().st_mode) == 0o600
    assert read_certificate(before, str(pem)).expires_at == NOW + SEAL_LIFE
