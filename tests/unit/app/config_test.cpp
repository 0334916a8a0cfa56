#include "app/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "fakes/places.h"

namespace entrad::app {
namespace {

constexpr const char* kGood = R"([daemon]
state_directory = "/var/lib/entrad"
[tenant.aurora]
tenant_id = "11111111-2222-3333-4444-555555555555"
[tenant.aurora.backup]
client_id = "66666666-7777-8888-9999-000000000000"
client_secret_file = "/etc/entrad/secret"
)";

class ConfigFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "config-XXXXXX";
    directory_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  base::Result<Config> load(const std::string& text) {
    std::ofstream(file()) << text;
    return load_config(file());
  }
  std::filesystem::path file() const { return directory_ / "entrad.toml"; }

  std::filesystem::path directory_;
};

TEST_F(ConfigFile, IsReadWithItsDefaults) {
  const auto config = load(kGood);
  ASSERT_TRUE(config) << config.error().message;
  ASSERT_EQ(config->tenants.size(), 1U);
  EXPECT_EQ(config->tenants[0].name, "aurora");
  EXPECT_EQ(config->tenants[0].endpoints.graph, "https://graph.microsoft.com");
  EXPECT_FALSE(config->tenants[0].restore);
  EXPECT_EQ(config->socket, "/run/entrad/entrad.sock");
}

TEST_F(ConfigFile, KeepsEverythingUnlessToldOtherwise) {
  const auto config = load(kGood);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_TRUE(config->retentions.at("aurora").keeps_all());
}

TEST_F(ConfigFile, TakesTheDaemonsRetentionAndATenantsOwnInItsPlace) {
  const std::string usual = "[daemon.retention]\nlast = 3\nwithin_days = 2\nyearly = 7\n";
  const auto config = load(kGood + usual);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->retentions.at("aurora"),
            (api::Retention{.last = 3, .within_days = 2, .yearly = 7}));
  const auto own = load(kGood + usual + "[tenant.aurora.retention]\nmonthly = 12\nweekly = 8\n");
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->retentions.at("aurora"), (api::Retention{.weekly = 8, .monthly = 12}));
  const auto all = load(kGood + usual + "[tenant.aurora.retention]\n");
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_TRUE(all->retentions.at("aurora").keeps_all());
}

TEST_F(ConfigFile, TakesATenantsLimits) {
  const auto none = load(kGood);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->limits.contains("aurora"));
  const auto config = load(kGood + std::string("[tenant.aurora.limits]\nmost_removals = 0\n"
                                               "protected = [\"Break.Glass@aurora.example\"]\n"
                                               "four_eyes = true\n"));
  ASSERT_TRUE(config) << config.error().message;
  const restore::Limits& limits = config->limits.at("aurora");
  EXPECT_EQ(limits.most_removals, 0U);
  EXPECT_EQ(limits.most_blocked, std::nullopt);
  EXPECT_TRUE(limits.four_eyes);
  EXPECT_TRUE(limits.protects("", "break.glass@AURORA.example"));
  EXPECT_FALSE(limits.protects("", "anna@aurora.example"));
}

TEST_F(ConfigFile, RefusesLimitsThatAreNone) {
  for (const char* line : {"protected = \"a\"", "protected = [1]", "protected = [\"\"]"}) {
    const auto config = load(kGood + std::string("[tenant.aurora.limits]\n") + line + "\n");
    ASSERT_FALSE(config) << line;
    EXPECT_NE(config.error().message.find("\"protected\" has to be a list of texts"),
              std::string::npos)
        << config.error().message;
  }
  EXPECT_FALSE(load(kGood + std::string("[tenant.aurora.limits]\nmost_removed = 7\n")));
}

TEST_F(ConfigFile, RefusesARetentionThatIsNone) {
  for (const char* line : {"daily = -1", "daily = 1.5", "daily = \"7\"", "daily = 100001"}) {
    const auto config = load(kGood + std::string("[daemon.retention]\n") + line + "\n");
    ASSERT_FALSE(config) << line;
    EXPECT_NE(config.error().message.find(":9:9: \"daily\" has to be a whole number"),
              std::string::npos)
        << config.error().message;
  }
  const auto unknown = load(kGood + std::string("[tenant.aurora.retention]\ndayly = 7\n"));
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find(":9:1: unknown key \"dayly\""), std::string::npos)
      << unknown.error().message;
  std::string text = kGood;
  text.insert(text.find("tenant_id"), "retention = 7\n");
  const auto number = load(text);
  ASSERT_FALSE(number);
  EXPECT_NE(number.error().message.find("has to be a table"), std::string::npos);
}

struct CloudHosts {
  const char* name;
  const char* login;
  const char* graph;
};
class ConfigCloud : public ConfigFile, public testing::WithParamInterface<CloudHosts> {};

TEST_P(ConfigCloud, HasItsOwnHosts) {
  std::string text = kGood;
  text.insert(text.find("tenant_id"), "cloud = \"" + std::string(GetParam().name) + "\"\n");
  const auto config = load(text);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tenants[0].endpoints.login, GetParam().login);
  EXPECT_EQ(config->tenants[0].endpoints.graph, GetParam().graph);
}

INSTANTIATE_TEST_SUITE_P(Config, ConfigCloud,
                         testing::Values(CloudHosts{"global", "https://login.microsoftonline.com",
                                                    "https://graph.microsoft.com"},
                                         CloudHosts{"usgov", "https://login.microsoftonline.us",
                                                    "https://graph.microsoft.us"},
                                         CloudHosts{"usgov-dod", "https://login.microsoftonline.us",
                                                    "https://dod-graph.microsoft.us"},
                                         CloudHosts{"china", "https://login.chinacloudapi.cn",
                                                    "https://microsoftgraph.chinacloudapi.cn"}),
                         [](const auto& row) {
                           std::string name = row.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// kGood with other lines in place of the client secret.
std::string with_credential(
    const std::string& lines,
    const std::string& client_id = "client_id = \"66666666-7777-8888-9999-000000000000\"\n") {
  std::string text = kGood;
  text.resize(text.find("client_id"));
  return text + client_id + lines;
}

TEST_F(ConfigFile, TakesACertificateWithItsPassphrase) {
  const auto config =
      load(with_credential("certificate_file = \"/c.pem\"\n"
                           "certificate_passphrase_file = \"/c.pass\"\n"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tenants[0].backup.certificate_file, "/c.pem");
  EXPECT_EQ(config->tenants[0].backup.certificate_passphrase_file, "/c.pass");
  EXPECT_TRUE(config->tenants[0].backup.client_secret_file.empty());
}

TEST_F(ConfigFile, TakesAFederatedTokenFile) {
  const auto config = load(with_credential("federated_token_file = \"/var/run/token\"\n"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tenants[0].backup.federated_token_file, "/var/run/token");
  EXPECT_FALSE(config->tenants[0].backup.managed_identity);
}

TEST_F(ConfigFile, TakesAManagedIdentityWithAndWithoutClientId) {
  const auto own = load(with_credential("managed_identity = true\n", ""));
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_TRUE(own->tenants[0].backup.managed_identity);
  EXPECT_EQ(own->tenants[0].backup.client_id, "");
  const auto assigned = load(with_credential("managed_identity = true\n"));
  ASSERT_TRUE(assigned) << assigned.error().message;
  EXPECT_EQ(assigned->tenants[0].backup.client_id, "66666666-7777-8888-9999-000000000000");
}

constexpr const char* kPool = R"([[tenant.aurora.restore]]
client_id = "77777777-8888-9999-0000-111111111111"
client_secret_file = "/etc/entrad/one"
[[tenant.aurora.restore]]
client_id = "88888888-9999-0000-1111-222222222222"
certificate_file = "/etc/entrad/two.pem"
)";

TEST_F(ConfigFile, TakesAPoolOfAppRegistrationsInOrder) {
  const auto config = load(std::string(kGood) + kPool);
  ASSERT_TRUE(config) << config.error().message;
  const graph::Tenant& tenant = config->tenants[0];
  ASSERT_TRUE(tenant.restore);
  EXPECT_EQ(tenant.restore->client_id, "77777777-8888-9999-0000-111111111111");
  ASSERT_EQ(tenant.restore_pool.size(), 1U);
  EXPECT_EQ(tenant.restore_pool[0].client_id, "88888888-9999-0000-1111-222222222222");
  EXPECT_EQ(tenant.restore_pool[0].certificate_file, "/etc/entrad/two.pem");
  EXPECT_TRUE(tenant.backup_pool.empty());
}

TEST_F(ConfigFile, APoolIsReadAsStrictlyAndNamesNobodyTwice) {
  const auto unknown = load(std::string(kGood) + kPool + "secret = \"x\"\n");
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find(":14:1: unknown key \"secret\""), std::string::npos)
      << unknown.error().message;
  std::string text = std::string(kGood) + kPool;
  const std::string other = "88888888-9999-0000-1111-222222222222";
  text.replace(text.find(other), other.size(), "77777777-8888-9999-0000-111111111111");
  const auto twice = load(text);
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find(":11:1: [[tenant.aurora.restore]] names one app"),
            std::string::npos)
      << twice.error().message;
  EXPECT_NE(twice.error().hint.find("different app registrations"), std::string::npos);
}

TEST_F(ConfigFile, AManagedIdentityThatIsSwitchedOffIsNone) {
  const auto config =
      load(with_credential("client_secret_file = \"/s\"\nmanaged_identity = false\n"));
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->tenants[0].backup.managed_identity);
}

TEST_F(ConfigFile, TheCommentedExampleIsRight) {
  const auto config = load_config(fakes::source_folder() / "config/entrad.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->tenants[0].backup.client_secret_file.empty());
  ASSERT_TRUE(config->tenants[0].restore);
  EXPECT_FALSE(config->tenants[0].restore->certificate_file.empty());
}

TEST_F(ConfigFile, LooksBareNamesUpAmongSystemdsCredentialsThenBesideItself) {
  const auto credentials = directory_ / "credentials";
  std::filesystem::create_directory(credentials);
  std::ofstream(credentials / "both.pem") << "x";
  setenv("CREDENTIALS_DIRECTORY", credentials.c_str(), 1);
  const auto config =
      load(with_credential("certificate_file = \"both.pem\"\n"
                           "certificate_passphrase_file = \"beside\"\n"));
  unsetenv("CREDENTIALS_DIRECTORY");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tenants[0].backup.certificate_file, credentials / "both.pem");
  EXPECT_EQ(config->tenants[0].backup.certificate_passphrase_file, directory_ / "beside");
}

struct Mistake {
  const char* name;
  const char* replace;
  const char* with;
  const char* place;  // LINE:COLUMN
  const char* says;
  const char* hint;
};
class ConfigMistake : public ConfigFile, public testing::WithParamInterface<Mistake> {};

TEST_P(ConfigMistake, IsNamedWithItsPlaceAndRemedy) {
  const Mistake& mistake = GetParam();
  std::string text = kGood;
  const auto at = text.find(mistake.replace);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(mistake.replace).size(), mistake.with);
  const auto config = load(text);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, base::ErrorKind::invalid_argument);
  EXPECT_EQ(config.error().message.find(file().string() + ":" + mistake.place + ": "), 0U)
      << config.error().message;
  EXPECT_NE(config.error().message.find(mistake.says), std::string::npos) << config.error().message;
  EXPECT_NE(config.error().hint.find(mistake.hint), std::string::npos) << config.error().hint;
}

INSTANTIATE_TEST_SUITE_P(
    Config, ConfigMistake,
    testing::Values(
        Mistake{"Syntax", "\"/var/lib/entrad\"", "/var/lib/entrad", "2:19", "", "mend"},
        Mistake{"UnknownKey", "state_directory", "state_dir", "2:1", "unknown key \"state_dir\"",
                "state_directory"},
        Mistake{"UnknownTable", "[daemon]", "[demon]", "1:2", "unknown key \"demon\"", "daemon"},
        Mistake{"WrongType", "\"/var/lib/entrad\"", "7", "2:19", "has to be a text", "in quotes"},
        Mistake{"RelativePath", "\"/var/lib/entrad\"", "\"lib\"", "2:19", "absolute", "leading /"},
        Mistake{"TenantId", "11111111-2222-3333-4444-555555555555", "aurora", "4:13",
                "neither a GUID nor a domain", "Directory (tenant) ID"},
        Mistake{"ClientId", "66666666-7777-8888-9999-000000000000", "mine", "6:13", "not a GUID",
                "Application (client) ID"},
        Mistake{"NoCredential", "client_secret_file = \"/etc/entrad/secret\"", "", "5:1",
                "exactly one kind of credential", "managed_identity = true"},
        Mistake{"TwoCredentials", "client_secret_file = \"/etc/entrad/secret\"",
                "client_secret_file = \"/s\"\ncertificate_file = \"/c\"", "8:20",
                "more than one kind of credential: client_secret_file, certificate_file",
                "exactly one"},
        Mistake{"IdentityBesideAToken", "client_secret_file = \"/etc/entrad/secret\"",
                "managed_identity = true\nfederated_token_file = \"/t\"", "8:24",
                "more than one kind of credential: federated_token_file, managed_identity",
                "exactly one"},
        Mistake{"IdentityOfAWrongType", "client_secret_file = \"/etc/entrad/secret\"",
                "managed_identity = \"yes\"", "7:20", "has to be true or false", "without quotes"},
        Mistake{"IdentitySwitchedOff", "client_secret_file = \"/etc/entrad/secret\"",
                "managed_identity = false", "5:1", "exactly one kind of credential",
                "federated_token_file"},
        Mistake{"PassphraseOfASecret", "client_secret_file = \"/etc/entrad/secret\"",
                "client_secret_file = \"/s\"\ncertificate_passphrase_file = \"/p\"", "8:31",
                "belongs to a certificate_file", "leave it out"},
        Mistake{"PassphraseAlone", "client_secret_file = \"/etc/entrad/secret\"",
                "certificate_passphrase_file = \"/p\"", "5:1", "exactly one kind of credential",
                "certificate_file"},
        Mistake{"NoClientId", "client_id = \"66666666-7777-8888-9999-000000000000\"", "", "5:1",
                "\"client_id\" is missing in [tenant.aurora.backup]", "add client_id"},
        Mistake{"IdentitysClientId",
                "client_id = \"66666666-7777-8888-9999-000000000000\"\nclient_secret_file = "
                "\"/etc/entrad/secret\"",
                "client_id = \"me\"\nmanaged_identity = true", "6:13", "not a GUID",
                "user-assigned managed identity"},
        Mistake{"SecretInTheFile", "client_secret_file", "client_secret", "7:1",
                "unknown key \"client_secret\"", "client_secret_file"},
        Mistake{"CloudAndEndpoints", "tenant_id",
                "cloud = \"usgov\"\nlogin_endpoint = \"https://login.example\"\ntenant_id", "4:9",
                "both a cloud and endpoints", "keep either"},
        Mistake{"Cloud", "tenant_id", "cloud = \"mars\"\ntenant_id", "4:9", "no cloud", "usgov"},
        Mistake{"PlainHttp", "tenant_id",
                "login_endpoint = \"http://login.example\"\ngraph_endpoint = "
                "\"https://graph.example\"\ntenant_id",
                "4:18", "not acceptable", "loopback"},
        Mistake{"LogLevel", "state_directory = \"/var/lib/entrad\"", "log_level = \"loud\"", "2:13",
                "no log level", "debug"}),
    [](const auto& row) { return row.param.name; });

TEST_F(ConfigFile, ThatIsNotThereSaysHowToNameIt) {
  const auto config = load_config(directory_ / "none.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, base::ErrorKind::not_found);
  EXPECT_NE(config.error().hint.find("--config"), std::string::npos);
}

}  // namespace
}  // namespace entrad::app
