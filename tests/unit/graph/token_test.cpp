#include "graph/credentials/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <thread>

#include "base/json.h"
#include "certificate.h"
#include "fakes/graphsim_process.h"
#include "fakes/test_clock.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

class TokenTest : public testing::Test {
 protected:
  TokenTest() : tenant_(sim_.tenant("aurora")) {
    login_ = Transport::open(tenant_.endpoints.login, {}).value();
    clock_.set_wall(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    clock_.auto_advance(1);
  }
  base::Result<std::string> fresh() {
    return TokenSource(tenant_, tenant_.backup, *login_, clock_).get({});
  }
  std::filesystem::path write(const std::string& text) {
    const auto file = directory_.path() / "credential";
    std::ofstream(file) << text;
    return file;
  }

  const fakes::TemporaryDirectory directory_;
  fakes::TestClock clock_;
  fakes::GraphsimProcess sim_;
  Tenant tenant_;
  std::unique_ptr<Transport> login_;
};

TEST_F(TokenTest, IsKeptUntilFiveMinutesBeforeItExpires) {
  TokenSource tokens(tenant_, tenant_.backup, *login_, clock_);
  const auto first = tokens.get({});
  ASSERT_TRUE(first) << first.error().message;
  clock_.advance(std::chrono::seconds(3599 - 301));
  EXPECT_EQ(tokens.get({}).value(), *first);
  clock_.advance(std::chrono::seconds(2));
  EXPECT_NE(tokens.get({}).value(), *first);
}

TEST_F(TokenTest, IsNotGivenOutAgainOnceDropped) {
  TokenSource tokens(tenant_, tenant_.backup, *login_, clock_);
  const auto first = tokens.get({});
  tokens.drop("another");
  EXPECT_EQ(tokens.get({}).value(), *first);
  tokens.drop(*first);
  EXPECT_NE(tokens.get({}).value(), *first);
}

TEST_F(TokenTest, IsAskedForByOneThreadWhileOthersWait) {
  TokenSource tokens(tenant_, tenant_.backup, *login_, clock_);
  clock_.auto_advance(0);
  std::mutex mutex;
  std::set<std::string> seen;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] {
        const auto token = tokens.get({});
        const std::lock_guard lock(mutex);
        seen.insert(token.value());
      });
  }
  EXPECT_EQ(seen.size(), 1U);
}

TEST_F(TokenTest, TheOldOneIsUsedWhileTheSignInServiceIsAway) {
  TokenSource tokens(tenant_, tenant_.backup, *login_, clock_);
  const auto first = tokens.get({});
  ASSERT_TRUE(first);
  kill(sim_.pid(), SIGSTOP);
  kill(sim_.pid(), SIGKILL);
  waitpid(sim_.pid(), nullptr, WNOWAIT | WEXITED);
  clock_.advance(std::chrono::seconds(3599 - 200));
  EXPECT_EQ(tokens.get({}).value_or(std::string("none")), *first);
  clock_.advance(std::chrono::seconds(3599));
  EXPECT_EQ(tokens.get({}).error().kind, ErrorKind::graph_unavailable);
}

TEST_F(TokenTest, ACertificateWorksOnceItIsRegistered) {
  const test::Certificate certificate;
  tenant_.backup.client_secret_file.clear();
  tenant_.backup.certificate_file = write(certificate.pem());
  const auto refused = fresh();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::authentication_failed);
  EXPECT_THAT(refused.error().message, HasSubstr("not registered"));
  sim_.put("/_control/tenants/aurora/apps/backup",
           {{"certificatePem", certificate.certificate_pem()}});
  const auto accepted = fresh();
  EXPECT_TRUE(accepted) << accepted.error().message;
}

TEST_F(TokenTest, ACertificateWithAnEncryptedKeyWorksWithItsPassphrase) {
  const test::Certificate certificate;
  sim_.put("/_control/tenants/aurora/apps/backup",
           {{"certificatePem", certificate.certificate_pem()}});
  tenant_.backup.client_secret_file.clear();
  tenant_.backup.certificate_file =
      write(certificate.certificate_pem() + certificate.encrypted_key_pem(" two words "));
  EXPECT_THAT(fresh().error().hint, HasSubstr("certificate_passphrase_file"));
  tenant_.backup.certificate_passphrase_file = directory_.path() / "passphrase";
  std::ofstream(tenant_.backup.certificate_passphrase_file) << " two words \r\n";
  const auto token = fresh();
  EXPECT_TRUE(token) << token.error().message;
}

TEST_F(TokenTest, AMachineWithAWrongClockSignsInByTheServicesClock) {
  const test::Certificate certificate;
  sim_.put("/_control/tenants/aurora/apps/backup",
           {{"certificatePem", certificate.certificate_pem()}});
  tenant_.backup.client_secret_file.clear();
  tenant_.backup.certificate_file = write(certificate.pem());
  for (const auto wrong : {-std::chrono::hours(3), std::chrono::hours(6)}) {
    clock_.set_wall(clock_.wall() + wrong);
    const auto token = fresh();
    EXPECT_TRUE(token) << token.error().message;
  }
}

TEST_F(TokenTest, AWrongSecretIsExplainedAndNeverQuoted) {
  tenant_.backup.client_secret_file = write("not-the-secret\n");
  const auto token = fresh();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().kind, ErrorKind::authentication_failed);
  EXPECT_EQ(token.error().message, "tenant aurora: the client secret is wrong");
  EXPECT_THAT(token.error().hint, HasSubstr("not its id"));
  EXPECT_THAT(base::json_text(token.error().details), testing::Not(HasSubstr("not-the-secret")));
}

TEST_F(TokenTest, AWrongAppOrTenantIsExplained) {
  const Tenant right = tenant_;
  tenant_.backup.client_id = "00000000-0000-4000-8000-000000000000";
  EXPECT_THAT(fresh().error().message, HasSubstr("not in this tenant"));
  tenant_ = right;
  tenant_.tenant_id = "00000000-0000-4000-8000-000000000000";
  EXPECT_THAT(fresh().error().message, HasSubstr("no such tenant"));
}

TEST_F(TokenTest, ARotatedSecretTakesEffectWithoutARestart) {
  TokenSource tokens(tenant_, tenant_.backup, *login_, clock_);
  const auto first = tokens.get({});
  sim_.put("/_control/tenants/aurora/apps/backup", {{"secret", "rotated"}});
  tokens.drop(*first);
  EXPECT_FALSE(tokens.get({}));
  std::ofstream(tenant_.backup.client_secret_file) << "rotated\n";
  EXPECT_TRUE(tokens.get({}));
}

TEST_F(TokenTest, AFileThatIsNotThereIsNamed) {
  tenant_.backup.client_secret_file = "/nonexistent/secret";
  EXPECT_THAT(fresh().error().message, HasSubstr("/nonexistent/secret"));
}

}  // namespace
}  // namespace entrad::graph
