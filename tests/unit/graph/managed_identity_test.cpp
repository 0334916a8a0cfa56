// Managed identity against services as strict as Azure's.
#include "graph/credentials/managed_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/json.h"
#include "fakes/machine_identity.h"
#include "fakes/temporary_directory.h"
#include "fakes/test_clock.h"
#include "graph/credentials/claims.h"
#include "graph/credentials/token.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using fakes::MachineIdentities;
using testing::HasSubstr;
using testing::Not;

class ManagedIdentityTest : public testing::Test {
 protected:
  ManagedIdentityTest() {
    tenant_.name = "aurora";
    tenant_.tenant_id = identities_.tenant;
    around_.arc_agent = directory_.path() / "no-agent";
    around_.arc_keys = directory_.path();
    clock_.set_wall(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    clock_.auto_advance(1);
  }
  base::Result<std::string> get(const std::string& client_id = "") {
    return TokenSource(std::make_unique<ManagedIdentity>(tenant_, client_id, around_, clock_),
                       clock_)
        .get({});
  }
  static std::string app_of(const base::Result<std::string>& token) {
    if (!token) return token.error().message;
    return claims_of(*token).at("appid").get<std::string>();
  }

  const fakes::TemporaryDirectory directory_;
  fakes::TestClock clock_;
  MachineIdentities identities_;
  MachineSurroundings around_;
  Tenant tenant_;
};

TEST_F(ManagedIdentityTest, AVirtualMachineHasItsOwn) {
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  EXPECT_EQ(app_of(get()), identities_.own);
  EXPECT_EQ(service.seen().size(), 1U);
  EXPECT_EQ(service.seen()[0].query.count("client_id"), 0U);
}

TEST_F(ManagedIdentityTest, AnAssignedOneIsChosenByItsClientId) {
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin() + "/";
  EXPECT_EQ(app_of(get(identities_.assigned)), identities_.assigned);
  const auto none = get("cccccccc-0000-4000-8000-000000000003");
  EXPECT_EQ(none.error().kind, ErrorKind::authentication_failed);
  EXPECT_THAT(none.error().message, HasSubstr("Identity not found"));
  EXPECT_THAT(none.error().hint, HasSubstr("client_id"));
}

TEST_F(ManagedIdentityTest, AnotherCloudsGraphIsTheResource) {
  identities_.resource = tenant_.endpoints.graph = "https://microsoftgraph.chinacloudapi.cn";
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  EXPECT_EQ(app_of(get()), identities_.own);
}

TEST_F(ManagedIdentityTest, ItsTokenIsKeptForTheDayThatItIsGood) {
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  TokenSource tokens(std::make_unique<ManagedIdentity>(tenant_, "", around_, clock_), clock_);
  ASSERT_TRUE(tokens.get({}));
  clock_.advance(std::chrono::hours(23));
  ASSERT_TRUE(tokens.get({}));
  EXPECT_EQ(service.seen().size(), 1U);
  clock_.advance(std::chrono::minutes(56));
  ASSERT_TRUE(tokens.get({}));
  EXPECT_EQ(service.seen().size(), 2U);
}

TEST_F(ManagedIdentityTest, PassingTroubleIsWaitedFor) {
  identities_.trouble = {{404, ""}, {429, "", {{"Retry-After", "7"}}}, {500, ""}, {410, ""}};
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  const auto began = clock_.steady();
  EXPECT_EQ(app_of(get()), identities_.own);
  EXPECT_EQ(service.seen().size(), 5U);
  EXPECT_GE(clock_.steady() - began, std::chrono::seconds(7 + 15));
}

TEST_F(ManagedIdentityTest, AnUpdateOfTheServiceOfSeventySecondsIsSatOut) {
  identities_.trouble.assign(5, {410, ""});
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  const auto began = clock_.steady();
  EXPECT_EQ(app_of(get()), identities_.own);
  EXPECT_GE(clock_.steady() - began, std::chrono::seconds(70));
}

TEST_F(ManagedIdentityTest, OutsideOfAzureItIsSaidThatItWorksThereOnly) {
  {
    const fakes::MetadataService gone(identities_);
    around_.metadata_host = gone.origin();
  }
  const auto began = clock_.steady();
  const auto token = get();
  EXPECT_EQ(clock_.steady() - began, std::chrono::seconds(15));  // asked three times
  EXPECT_EQ(token.error().kind, ErrorKind::graph_unavailable);
  EXPECT_THAT(token.error().message, HasSubstr("tenant aurora: the Azure metadata service"));
  EXPECT_THAT(token.error().hint, HasSubstr("Azure's machines only"));
}

TEST_F(ManagedIdentityTest, AnotherTenantsTokenIsRefused) {
  tenant_.tenant_id = "aaaaaaaa-0000-4000-8000-000000000009";
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  EXPECT_THAT(get().error().message, HasSubstr("belongs to another tenant"));
  tenant_.tenant_id = "aurora.example";  // nothing to compare with
  EXPECT_TRUE(get());
}

TEST_F(ManagedIdentityTest, AnotherIdentitysTokenIsRefused) {
  identities_.trouble = {
      {200, base::json_text(
                {{"access_token", fakes::identity_token(identities_.own, identities_.tenant)}})}};
  const fakes::MetadataService service(identities_);
  around_.metadata_host = service.origin();
  EXPECT_THAT(get(identities_.assigned).error().message, HasSubstr("not of client_id"));
}

TEST_F(ManagedIdentityTest, AnAppHasItsPlatformsHeader) {
  const fakes::AppPlatform platform("a secret header", identities_);
  around_.identity_endpoint = platform.endpoint();
  around_.identity_header = "a secret header";
  EXPECT_EQ(app_of(get()), identities_.own);
  EXPECT_EQ(app_of(get(identities_.assigned)), identities_.assigned);
  around_.identity_header = "another one";
  const auto token = get();
  EXPECT_EQ(token.error().kind, ErrorKind::authentication_failed);
  EXPECT_THAT(token.error().message, HasSubstr("Unauthorized"));
  EXPECT_THAT(token.error().message + token.error().hint, Not(HasSubstr("another one")));
}

TEST_F(ManagedIdentityTest, AnAppsTokenLivesUntilItsOwnEnd) {
  const fakes::AppPlatform platform("header", identities_);
  around_.identity_endpoint = platform.endpoint();
  around_.identity_header = "header";
  TokenSource tokens(std::make_unique<ManagedIdentity>(tenant_, "", around_, clock_), clock_);
  ASSERT_TRUE(tokens.get({}));
  clock_.advance(std::chrono::hours(23));
  ASSERT_TRUE(tokens.get({}));
  EXPECT_EQ(platform.seen().size(), 1U);
}

TEST_F(ManagedIdentityTest, AnArcMachineAnswersItsAgentsChallenge) {
  const fakes::ArcAgent agent(directory_.path(), identities_);
  around_.identity_endpoint = agent.endpoint();
  around_.imds_endpoint = agent.origin();
  EXPECT_EQ(app_of(get()), identities_.own);
  ASSERT_EQ(agent.seen().size(), 2U);
  EXPECT_EQ(agent.seen()[0].header("authorization"), "");
}

TEST_F(ManagedIdentityTest, AnArcMachineHasNoAssignedOnes) {
  const fakes::ArcAgent agent(directory_.path(), identities_);
  around_.identity_endpoint = agent.endpoint();
  around_.imds_endpoint = agent.origin();
  EXPECT_THAT(get(identities_.assigned).error().hint, HasSubstr("leave out client_id"));
  EXPECT_TRUE(agent.seen().empty());
}

TEST_F(ManagedIdentityTest, AChallengeThatNamesAnotherFileIsNotFollowed) {
  const fakes::ArcAgent rogue(directory_.path(), identities_, "/etc/passwd");
  around_.identity_endpoint = rogue.endpoint();
  around_.imds_endpoint = rogue.origin();
  const auto token = get();
  EXPECT_EQ(token.error().kind, ErrorKind::authentication_failed);
  EXPECT_THAT(token.error().message, HasSubstr("/etc/passwd"));
  EXPECT_EQ(rogue.seen().size(), 1U);
}

// What the environment says, and which service follows from it.
struct Place {
  const char* name;
  MachineSurroundings around;
  const char* origin;
  const char* path;
  const char* version;
};

MachineSurroundings surroundings(const std::string& endpoint, const std::string& header,
                                 const std::string& imds, const std::string& host,
                                 const std::string& agent = "/nonexistent/himds") {
  MachineSurroundings around;
  around.identity_endpoint = endpoint;
  around.identity_header = header;
  around.imds_endpoint = imds;
  around.metadata_host = host;
  around.arc_agent = agent;
  return around;
}

class MachinePlace : public testing::TestWithParam<Place> {};

TEST_P(MachinePlace, IsToldByTheEnvironment) {
  const auto found = identity_endpoint(GetParam().around);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->origin, GetParam().origin);
  EXPECT_EQ(found->path, GetParam().path);
  EXPECT_EQ(found->api_version, GetParam().version);
}

constexpr const char* kPath = "/metadata/identity/oauth2/token";

INSTANTIATE_TEST_SUITE_P(
    Places, MachinePlace,
    testing::Values(Place{"Nothing", surroundings("", "", "", ""), "http://169.254.169.254", kPath,
                          "2018-02-01"},
                    Place{"AnotherMetadataHost", surroundings("", "", "", "http://127.0.0.1:7/"),
                          "http://127.0.0.1:7", kPath, "2018-02-01"},
                    Place{"App", surroundings("http://127.0.0.1:41/msi/token", "h", "", ""),
                          "http://127.0.0.1:41", "/msi/token", "2019-08-01"},
                    Place{"AppBesideArc",
                          surroundings("http://127.0.0.1:41/msi/token", "h", "x", ""),
                          "http://127.0.0.1:41", "/msi/token", "2019-08-01"},
                    Place{"Arc",
                          surroundings("http://localhost:40342" + std::string(kPath), "",
                                       "http://localhost:40342", ""),
                          "http://localhost:40342", kPath, "2020-06-01"},
                    Place{"ArcsAgentOnly", surroundings("", "", "", "", "/proc/self/exe"),
                          "http://127.0.0.1:40342", kPath, "2020-06-01"},
                    Place{"EndpointWithoutHeader",
                          surroundings("http://127.0.0.1:41/x", "", "", ""),
                          "http://169.254.169.254", kPath, "2018-02-01"}),
    [](const auto& row) { return row.param.name; });

TEST(MachineSurroundings, WhatCannotBeUsedIsSaid) {
  MachineSurroundings around = surroundings("http://127.0.0.1:41/x", "h", "", "");
  around.identity_server_thumbprint = "AB";
  EXPECT_THAT(identity_endpoint(around).error().message, HasSubstr("Service Fabric"));
  for (const char* url : {"nonsense", "ftp://127.0.0.1/x", "http://me@127.0.0.1/x"}) {
    const auto found = identity_endpoint(surroundings(url, "h", "", ""));
    ASSERT_FALSE(found) << url;
    EXPECT_THAT(found.error().hint, HasSubstr("IDENTITY_ENDPOINT"));
  }
}

TEST(MachineSurroundings, PlainHttpGoesToThePlatformAndNoFarther) {
  const auto opens = [](const std::string& url, bool of_this_machine) {
    Transport::Limits limits;
    limits.of_this_machine = of_this_machine;
    return Transport::open(url, {}, limits).has_value();
  };
  EXPECT_TRUE(opens("http://169.254.169.254", true));
  EXPECT_TRUE(opens("http://172.16.0.4:8081", true));
  EXPECT_FALSE(opens("http://203.0.113.7", true));
  EXPECT_FALSE(opens("http://metadata.example", true));
  EXPECT_FALSE(opens("http://169.254.169.254", false));
}

// The whole way from a credential in the configuration, through the process's environment.
TEST_F(ManagedIdentityTest, IsWhatACredentialOfItsKindAsks) {
  const fakes::MetadataService service(identities_);
  setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", service.origin().c_str(), 1);
  tenant_.backup.managed_identity = true;
  tenant_.backup.client_id = identities_.assigned;
  const auto login = Transport::open(tenant_.endpoints.login, {}).value();
  TokenSource tokens(tenant_, tenant_.backup, *login, clock_);
  unsetenv("AZURE_POD_IDENTITY_AUTHORITY_HOST");
  EXPECT_EQ(app_of(tokens.get({})), identities_.assigned);
}

}  // namespace
}  // namespace entrad::graph
