#include "graph/credentials/sign_in_codes.h"

#include <algorithm>
#include <array>

namespace entrad::graph {
namespace {

constexpr std::string_view kAudience =
    "set the audience of the app's federated credential to the token's \"aud\" (usually "
    "api://AzureADTokenExchange); a new one takes some minutes to work";

constexpr auto kCodes = std::to_array<SignInCode>({
    // The secret.
    {7000215, "the client secret is wrong", "put the secret's value (not its id) into the file",
     Again::no},
    {7000222, "the client secret has expired",
     "make a new secret in the app registration and put its value into the file", Again::no},
    // The certificate and its assertion.
    {700027, "the certificate is not registered for the app, or has expired",
     "upload the certificate to the app registration; after a rotation wait a few minutes",
     Again::soon},
    {700021, "the assertion names another app than client_id", "check client_id", Again::no},
    {700023, "the assertion names another audience than this tenant's token endpoint",
     "check tenant_id, and the cloud or the login endpoint", Again::no},
    {kNotValidAtThisTime, "the assertion is not valid at this time",
     "set this machine's clock right (timedatectl)", Again::resync},
    // The federated token.
    {70021, "no federated credential of the app matches the token",
     "compare issuer, subject and audience of the app's federated credential with the token's; a "
     "new one takes some minutes to work",
     Again::soon},
    {70025, "the app registration has no federated credential",
     "add one in the app registration, with the token's issuer, subject and audience", Again::soon},
    {700211, "no federated credential of the app matches the token's issuer",
     "set the issuer of the app's federated credential to the token's \"iss\", to the letter",
     Again::soon},
    {700212, "no federated credential of the app matches the token's audience", kAudience,
     Again::soon},
    {700213, "no federated credential of the app matches the token's subject",
     "set the subject of the app's federated credential to the token's \"sub\", to the letter; a "
     "new one takes some minutes to work",
     Again::soon},
    // The app, the tenant and the request.
    {700016, "the app registration is not in this tenant",
     "check client_id and tenant_id; an admin of the tenant must consent to the app", Again::no},
    {90002, "there is no such tenant",
     "check tenant_id, and that the cloud is the one that the tenant is in", Again::no},
    {900023, "the tenant id is neither a GUID nor a domain", "check tenant_id", Again::no},
    {70011, "the scope was refused", "check the Graph endpoint of the tenant's cloud", Again::no},
    {53003, "a Conditional Access policy blocks the app",
     "exclude the app from the policy for workload identities, or add this machine's address to "
     "its locations",
     Again::no},
    // The service.
    {50196, "the sign-in service says that it was asked too often",
     "nothing: it is asked again after a pause", Again::backoff},
});

}  // namespace

std::span<const SignInCode> sign_in_codes() { return kCodes; }

const SignInCode* find_sign_in_code(std::int64_t code) {
  const auto found = std::find_if(kCodes.begin(), kCodes.end(),
                                  [code](const SignInCode& row) { return row.code == code; });
  return found == kCodes.end() ? nullptr : &*found;
}

}  // namespace entrad::graph
