#include "app/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

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

TEST_F(ConfigFile, KnowsTheClouds) {
  std::string text = kGood;
  text.insert(text.find("tenant_id"), "cloud = \"china\"\n");
  const auto config = load(text);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tenants[0].endpoints.login, "https://login.chinacloudapi.cn");
}

TEST_F(ConfigFile, LooksBareNamesUpAmongSystemdsCredentials) {
  std::ofstream(directory_ / "graph-secret") << "x";
  setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  std::string text = kGood;
  text.replace(text.find("/etc/entrad/secret"), 18, "graph-secret");
  const auto config = load(text);
  unsetenv("CREDENTIALS_DIRECTORY");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->tenants[0].backup.client_secret_file, directory_ / "graph-secret");
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
                "exactly one kind of credential", "client_secret_file or certificate_file"},
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
