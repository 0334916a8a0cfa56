// Passes and first passwords reach whoever holds the key, and nobody else.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/seal.h"
#include "fakes/certificates.h"
#include "restore/report/changes.h"
#include "tenant_story.h"

namespace entrad::restore {
namespace {

using api::JobState;
using api::Outcome;
using nlohmann::json;

class Secrets : public TenantStory {
 protected:
  // All that the store knows of a job, as text, and all bytes of its files: rows may be packed
  // there.
  std::string kept(base::JobId id) {
    std::string bytes = base::json_text(json(*store_->journal().job(id)));
    for (const auto& row : store_->journal().items(id, 0, 1000))
      bytes += base::json_text(json(row.item)) + base::json_text(row.work) +
               base::json_text(row.pre_image);
    bytes += base::json_text(json(store_->journal().steps(id, 0, 1000)));
    StepIndexes indexes;
    const auto report = changes(*store_, indexes, id, {});
    EXPECT_TRUE(report);
    bytes += base::json_text(json(*report));
    for (const auto& one : std::filesystem::recursive_directory_iterator(directory_.path())) {
      if (!one.is_regular_file()) continue;
      std::ifstream file(one.path(), std::ios::binary);
      bytes.append(std::istreambuf_iterator<char>(file), {});
    }
    return bytes;
  }
  std::map<std::string, std::string> opened(base::JobId id) const {
    std::map<std::string, std::string> secrets;
    const auto page = restore::secrets(store_->journal(), id, 0, 1000);
    EXPECT_TRUE(page);
    for (const auto& one : page->secrets) {
      const auto secret = base::unseal(reader_.key, one.sealed);
      EXPECT_TRUE(secret) << secret.error().message;
      if (secret) secrets[one.kind] = *secret;
    }
    return secrets;
  }
  json signed_in_since(const std::string& id) {
    const auto session = sessions_->session("aurora", graph::Purpose::backup);
    graph::Request request;
    request.path = "/users/" + id + "?$select=signInSessionsValidFromDateTime";
    return (*session)->send(request, {})->body.at("signInSessionsValidFromDateTime");
  }

  const base::KeyAndCertificate reader_ = base::make_certificate();
};

TEST_F(Secrets, OfACreatedUserAreSealedAndNowhereInClear) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  purge_user(user["object"]["id"]);
  api::RestoreRequest request = object_of(name);
  request.temporary_access_pass = true;
  request.seal_to = reader_.certificate;
  const api::Job job = restore(request);
  const auto item = items(job.id).at(0);
  EXPECT_TRUE(item.verified) << base::json_text(json(item), 1);
  const auto secrets = opened(job.id);
  ASSERT_EQ(secrets.size(), 2U);
  EXPECT_GT(secrets.at("password").size(), 30U);
  EXPECT_FALSE(secrets.at("temporaryAccessPass").empty());
  const std::string bytes = kept(job.id);
  EXPECT_NE(bytes.find("BEGIN CMS"), std::string::npos);  // this search does find things
  for (const auto& [kind, secret] : secrets)
    EXPECT_EQ(bytes.find(secret), std::string::npos) << kind;
}

TEST_F(Secrets, AreKeptBeforeTheUserIsMade) {
  begin();
  const auto [name, user] = find(is_plain_member);
  back_up();
  purge_user(user["object"]["id"]);
  sim_->fault({{"match", {{"method", "POST"}, {"path", "/users"}, {"count", 1}}},
               {"action", "status"},
               {"when", "after"},
               {"status", 504}});
  api::RestoreRequest request = object_of(name);
  request.seal_to = reader_.certificate;
  const api::Job job = restore(request);
  EXPECT_EQ(sim_->get("/_control/counters").at("usersCreated"), 1);
  EXPECT_EQ(opened(job.id).count("password"), 1U);
}

TEST_F(Secrets, APassIsIssuedOnceAndSessionsEndOnce) {
  begin();
  const auto [name, user] = find(is_plain_member);
  const std::string id = user["object"]["id"];
  back_up();
  const json before = signed_in_since(id);
  api::RestoreRequest request;
  request.tenant = "aurora";
  request.selection.users = {id};
  request.temporary_access_pass = true;
  request.revoke_sessions = true;
  request.pass_minutes = 60;
  request.seal_to = reader_.certificate;
  request.approved = true;
  const api::Job job = restore(request);
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.outcome, Outcome::restored) << base::json_text(json(item), 1);
  EXPECT_EQ(item.done,
            (std::vector<std::string>{"revoke sign-in sessions", "issue a temporary access pass"}));
  EXPECT_EQ(store_->journal().steps(job.id, 0, 1000).size(), 2U);
  EXPECT_NE(signed_in_since(id), before);
  EXPECT_EQ(opened(job.id).size(), 1U);
}

TEST_F(Secrets, APassThatThePolicyDoesNotAllowIsReported) {
  begin();
  const auto [name, user] = find(is_plain_member);
  sim_->put("/_control/tenants/aurora/settings", {{"passes", {{"enabled", false}}}});
  back_up();
  api::RestoreRequest request = object_of(name);
  request.temporary_access_pass = true;
  request.seal_to = reader_.certificate;
  const api::Job job = restore(request);
  const auto item = items(job.id).at(0);
  EXPECT_EQ(item.problems.size(), 1U) << base::json_text(json(item), 1);
  EXPECT_TRUE(opened(job.id).empty());
}

TEST_F(Secrets, NeedACertificate) {
  begin();
  back_up();
  api::RestoreRequest request = object_of("x");
  request.temporary_access_pass = true;
  auto refused = queue_->submit(request, "tester");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().hint.find("--seal-to"), std::string::npos);
  request.seal_to = "no certificate";
  refused = queue_->submit(request, "tester");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace entrad::restore
