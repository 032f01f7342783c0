"""Microsoft's own Python client talks to the simulator over HTTP, and finds nothing in its answers that it does not know.

Its $batch helper is left out: msgraph-core imports a package there that it does not ask for.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.followup_flag import FollowupFlag
from msgraph.generated.models.followup_flag_status import FollowupFlagStatus
from msgraph.generated.models.mail_folder import MailFolder
from msgraph.generated.models.message import Message
from msgraph.generated.models.message_rule import MessageRule
from msgraph.generated.models.message_rule_actions import MessageRuleActions
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.models.user import User
from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody
from msgraph_core import GraphClientFactory
from tests.simulator.graph.conftest import mail

from mailkeep.simulator.graph.records import SignIn

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the vendor's client warns of itself

ADA, GRACE = "ada@northwind.example", "grace@northwind.example"


class Token(AccessTokenProvider):
    """The client's token, got beforehand: azure-identity refuses an authority without TLS."""

    def __init__(self, token: str) -> None:
        self.token = token

    async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
        return self.token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator([])


@pytest.fixture
async def sdk(client: Any, simulator: Any) -> AsyncIterator[GraphServiceClient]:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    wire = httpx.AsyncHTTPTransport()
    bare = httpx.AsyncClient(transport=wire, trust_env=False)
    http = GraphClientFactory.create_with_default_middleware(client=bare)
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(token)), client=http)
    adapter.base_url = f"{simulator.url}/v1.0"
    yield GraphServiceClient(request_adapter=adapter)
    await http.aclose()
    await wire.aclose()  # the vendor's middleware does not pass the closing on


def unknown(model: Any, at: str = "$") -> Iterator[str]:
    """What the client's models put aside because they do not know it, OData's own words apart."""
    if isinstance(model, list):
        for index, each in enumerate(model):
            yield from unknown(each, f"{at}[{index}]")
    elif hasattr(model, "additional_data"):
        yield from (f"{at}.{name}" for name in model.additional_data if "@" not in name)
        for name, value in vars(model).items():
            if name not in {"additional_data", "backing_store"}:
                yield from unknown(value, f"{at}.{name}")


def known(model: Any) -> Any:
    """The model, all of which the client knows."""
    assert model is not None
    assert list(unknown(model)) == []
    return model


async def test_users_their_managers_and_the_tenant(sdk):
    users = known(await sdk.users.get())
    assert [each.display_name for each in users.value] == ["Grace Hopper", "Ada Byron", "Info"]
    ada = known(await sdk.users.by_user_id(ADA).get())
    assert ada.job_title == "Clerk"
    assert known(await sdk.users.by_user_id(ADA).manager.get()).mail == GRACE
    assert known(await sdk.domains.get()).value[0].id == "northwind.example"
    assert known(await sdk.organization.get()).value[0].display_name == "Northwind Harbour"
    assert known(await sdk.users.by_user_id(ADA).mailbox_settings.get()).user_purpose.value == "user"


async def test_messages_are_read_changed_moved_and_removed(sdk, office):
    for number in range(15):
        office.deliver(ADA, mail(number))
    messages = sdk.users.by_user_id(ADA).messages
    wanted = messages.MessagesRequestBuilderGetQueryParameters(top=10)
    configuration = RequestConfiguration(query_parameters=wanted)
    configuration.headers.add("Prefer", 'IdType="ImmutableId"')
    first = known(await messages.get(configuration))
    second = known(await messages.with_url(first.odata_next_link).get())
    assert len(first.value) + len(second.value) == 15
    message = messages.by_message_id(first.value[0].id)
    assert (await message.content.get()).startswith(b"From: Bo")
    change = Message(is_read=True, categories=["Red"], flag=FollowupFlag(flag_status=FollowupFlagStatus.Flagged))
    changed = known(await message.patch(change))
    assert (changed.is_read, changed.categories, changed.flag.flag_status.value) == (True, ["Red"], "flagged")
    moved = known(await message.move.post(MovePostRequestBody(destination_id="archive")))
    assert len(office.lying(ADA, "archive")) == 1
    await messages.by_message_id(moved.id).delete()
    assert len(office.lying(ADA, "deleteditems")) == 1
    await message.permanent_delete.post()
    assert len(office.lying(ADA)) == 14


async def test_a_hidden_folder_is_made_and_found(sdk):
    folders = sdk.users.by_user_id(ADA).mail_folders
    made = known(await folders.post(MailFolder(display_name="Kept aside", is_hidden=True)))
    assert made.is_hidden
    assert "Kept aside" not in [each.display_name for each in known(await folders.get()).value]
    assert known(await folders.by_mail_folder_id("inbox").get()).display_name == "Inbox"


async def test_delta_is_followed_from_round_to_round(sdk, office):
    for number in range(5):
        office.deliver(ADA, mail(number))
    delta = sdk.users.by_user_id(ADA).mail_folders.by_mail_folder_id("inbox").messages.delta
    query = delta.DeltaRequestBuilderGetQueryParameters(select=["subject", "isRead"])
    page = known(await delta.get(RequestConfiguration(query_parameters=query)))
    seen = list(page.value)
    while page.odata_next_link:
        page = known(await delta.with_url(page.odata_next_link).get())
        seen += page.value
    assert len(seen) == 5
    office.remove(ADA, office.deliver(ADA, mail(9)))
    office.deliver(ADA, mail(10))
    page = known(await delta.with_url(page.odata_delta_link).get())
    assert "Berth 10" in [each.subject for each in page.value]


async def test_a_subscription_is_made_renewed_and_ended(sdk, office, listener):
    end = datetime.now(UTC) + timedelta(days=1)
    asked = Subscription(
        change_type="created",
        notification_url=listener.url,
        lifecycle_notification_url=listener.url,
        resource=f"users/{ADA}/messages",
        expiration_date_time=end,
        client_state="s3cret",
    )
    made = known(await sdk.subscriptions.post(asked))
    office.deliver(ADA, mail())
    (notice,) = await listener.until(1)
    assert notice["subscriptionId"] == made.id
    later = Subscription(expiration_date_time=end + timedelta(days=1))
    renewed = known(await sdk.subscriptions.by_subscription_id(made.id).patch(later))
    assert renewed.expiration_date_time > made.expiration_date_time
    await sdk.subscriptions.by_subscription_id(made.id).delete()
    assert known(await sdk.subscriptions.get()).value == []


async def test_rules_logs_and_accounts(sdk, simulator, office):
    rules = sdk.users.by_user_id(ADA).mail_folders.by_mail_folder_id("inbox").message_rules
    thief = Recipient(email_address=EmailAddress(address="x@evil.example"))
    await rules.post(MessageRule(display_name="out", sequence=1, actions=MessageRuleActions(forward_to=[thief])))
    (rule,) = known(await rules.get()).value
    assert rule.actions.forward_to[0].email_address.address == "x@evil.example"
    await rules.by_message_rule_id(rule.id).patch(MessageRule(is_enabled=False))
    simulator.reports.sign_ins.append(SignIn(person=ADA, ip="198.51.100.7", at=office.clock() - 1))
    assert known(await sdk.audit_logs.sign_ins.get()).value[0].ip_address == "198.51.100.7"
    await sdk.users.by_user_id(ADA).patch(User(account_enabled=False))
    assert (await sdk.users.by_user_id(ADA).revoke_sign_in_sessions.post()).value is True
    assert len(known(await sdk.audit_logs.directory_audits.get()).value) == 2
    given = simulator.consents.consent(office.register("Evil"), "Mail.Read", ADA)
    assert known(await sdk.oauth2_permission_grants.get()).value[0].scope == "Mail.Read"
    await sdk.oauth2_permission_grants.by_o_auth2_permission_grant_id(given.id).delete()
    assert known(await sdk.service_principals.get()).value
    assert known(await sdk.applications.get()).value[0].password_credentials[0].end_date_time


async def test_a_refusal_is_the_error_the_client_knows(sdk, office, app):
    office.grant(app, ["User.Read.All"])
    with pytest.raises(ODataError) as refused:
        await sdk.users.by_user_id(ADA).messages.get()
    assert refused.value.response_status_code == 403
    assert "Mail.Read" in refused.value.error.message
