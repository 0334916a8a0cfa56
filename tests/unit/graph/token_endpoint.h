// A token endpoint whose answers a test writes, and a token source that asks it.
// Thread safety: as its parts; used by one thread.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <memory>
#include <string>

#include "base/json.h"
#include "fakes/loopback_server.h"
#include "fakes/temporary_directory.h"
#include "fakes/test_clock.h"
#include "graph/credentials/token.h"

namespace entrad::graph::test {

inline fakes::Answered granted(const std::string& token, int life = 3599) {
  return {200, base::json_text(
                   {{"token_type", "Bearer"}, {"expires_in", life}, {"access_token", token}})};
}

// In Entra's shape, with what it puts after its words.
inline fakes::Answered entra_refusal(std::int64_t code) {
  const std::string name = "AADSTS" + std::to_string(code);
  return {401, base::json_text(
                   {{"error", "invalid_client"},
                    {"error_description", name + ": Entra's own words.\r\nTrace ID: 1"},
                    {"error_codes", {code}},
                    {"error_uri", "https://login.example/error?code=" + std::to_string(code)}})};
}

class TokenEndpoint : public testing::Test {
 protected:
  TokenEndpoint()
      : server_([this](const fakes::Asked&) { return next(); }),
        login_(Transport::open(server_.origin(), {}).value()) {
    tenant_.name = "aurora";
    tenant_.tenant_id = "aurora.example";
    tenant_.endpoints = {server_.origin(), "https://graph.microsoft.com"};
    tenant_.backup.client_id = "11111111-2222-3333-4444-555555555555";
    tenant_.backup.client_secret_file = write("secret", "a secret\n");
    clock_.auto_advance(1);
  }

  // Between requests only.
  void answers(std::deque<fakes::Answered> each) { answers_ = std::move(each); }
  void always(fakes::Answered answer) { answers_ = {std::move(answer)}; }
  std::size_t requests() const { return server_.seen().size(); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    const auto file = directory_.path() / name;
    std::ofstream(file) << text;
    return file;
  }
  std::unique_ptr<TokenSource> source() {
    return std::make_unique<TokenSource>(tenant_, tenant_.backup, *login_, clock_);
  }
  base::Result<std::string> get() { return source()->get({}); }

  const fakes::TemporaryDirectory directory_;
  fakes::TestClock clock_;
  Tenant tenant_;

 private:
  // The last one stays.
  fakes::Answered next() {
    fakes::Answered answer = answers_.front();
    if (answers_.size() > 1) answers_.pop_front();
    return answer;
  }

  std::deque<fakes::Answered> answers_;

 protected:
  fakes::LoopbackServer server_;
  std::unique_ptr<Transport> login_;
};

}  // namespace entrad::graph::test
