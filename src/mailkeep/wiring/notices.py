"""Where a tenant's provider sends its notices, what they are sealed with, and what listens for them."""

from collections.abc import Callable
from pathlib import Path

from mailkeep.connect.assertions import Certificate, read_certificate
from mailkeep.connect.certificates import make_seal
from mailkeep.connect.graph.rich import Postmark, seal_of
from mailkeep.connect.port import Hook
from mailkeep.connect.signing_keys import SigningKeys
from mailkeep.flow.hearing import Ear, Ears
from mailkeep.flow.house import House
from mailkeep.kit.trouble import OperatorError
from mailkeep.settings import ServeSettings, Settings, TenantSettings
from mailkeep.wiring.clock import present
from mailkeep.wiring.connectors import check_rich, cloud_of, read_file


def hook_of(name: str, settings: TenantSettings, serve: ServeSettings, seal: Certificate | None = None) -> Hook | None:
    """Where a tenant's provider is to send its notices; None where it cannot, and mail is found by looking."""
    if settings.kind == "google":
        return Hook(url=settings.topic) if settings.topic else None
    if settings.kind != "m365" or not serve.public_url:
        return None
    url = f"{serve.public_url.rstrip('/')}/hooks/m365/{name}"
    return Hook(url=url, lifecycle_url=f"{url}/lifecycle", seal=seal_of(seal) if seal else None)


def sealing(home: Path, name: str, settings: TenantSettings) -> Certificate | None:
    """What the notices of a tenant are encrypted for; None where none are, or no key was made yet. Raises: OperatorError."""
    pem = _seal_file(home, name)
    if settings.kind != "m365" or not settings.rich_notices:
        return None
    check_rich(name, settings)
    return read_certificate(read_file(f"tenants.{name}.rich_notices", pem), str(pem)) if pem.exists() else None


def make_seals(settings: Settings) -> None:
    """Makes the keys for sealed notices where tenants want them and there are none. Raises: OperatorError."""
    for name, tenant in settings.tenants.items():
        if tenant.kind != "m365" or not tenant.rich_notices:
            continue
        pem = _seal_file(settings.home, name)
        try:
            make_seal(pem, f"Mailkeep {name} notices", present())
        except OSError as error:
            raise OperatorError(
                f"tenants.{name}.rich_notices: {pem} cannot be written ({error.strerror}). Give its owner write permission."
            ) from error


def _seal_file(home: Path, name: str) -> Path:
    return home / "secrets" / f"{name}.notices.pem"


def postmark_of(home: Path, name: str, settings: TenantSettings) -> Postmark | None:
    """What proves and opens the sealed notices of a tenant; None where there are none. Raises: OperatorError."""
    seal = sealing(home, name, settings)
    if seal is None:
        return None
    cloud = cloud_of(name, settings)
    login = (settings.login_url or cloud.login).rstrip("/")
    return Postmark(
        tenant_id=settings.tenant_id,
        apps=frozenset(app.client_id for app in settings.apps.values()),
        issuers=(f"{cloud.issuer}/{{tenant}}/", f"{login}/{{tenant}}/v2.0"),
        keys=SigningKeys(f"{login}/common/discovery/keys"),
        certificate=seal,
    )


def ears_of(house: House, settings: Settings, nudge: Callable[[], None]) -> Ears:
    """What listens for the providers of this home."""
    base = settings.serve.public_url.rstrip("/")
    tenants = {
        name: Ear(
            kind=tenant.kind,
            push_account=tenant.push_account,
            audience=f"{base}/hooks/google/{name}",
            postmark=postmark_of(settings.home, name, tenant),
        )
        for name, tenant in settings.tenants.items()
        if tenant.kind in {"m365", "google"}
    }
    keys = SigningKeys(settings.serve.google_certs_url)
    return Ears(store=house.store, tenants=tenants, keys=keys, clock=house.clock, nudge=nudge)
