// entrad's side of graph_bench: re-creates users and blocks them through Session::batch(), as a
// restore does, and does nothing else, so that the CPU time of this process is what that costs.
//
// graph_bench_ours JOB.json; see graph_bench_run.h for the job. Prints one line of JSON.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/json.h"
#include "graph/calls.h"
#include "graph/session.h"

namespace {

using namespace entrad;
using nlohmann::json;

constexpr std::size_t kSlice = 500;

struct Outcome {
  std::size_t failed = 0;
  std::string why;

  void add(const std::string& message) {
    if (failed++ == 0) why = message;
  }
};

json read(const std::string& file) {
  std::ifstream in(file);
  return base::read_json(std::string(std::istreambuf_iterator<char>(in), {}));
}

graph::Tenant tenant_of(const json& job) {
  graph::Tenant tenant;
  tenant.name = "aurora";
  tenant.tenant_id = job.at("tenantId");
  tenant.endpoints = {job.at("login"), job.at("graph")};
  tenant.ca_file = job.at("caFile").get<std::string>();
  tenant.backup.client_id = job.at("clientId");
  tenant.backup.client_secret_file = job.at("secretFile").get<std::string>();
  return tenant;
}

std::vector<graph::Reply> send(graph::Session& session, const std::vector<graph::Request>& requests,
                               Outcome& outcome) {
  auto replies = session.batch(requests, {});
  if (!replies) throw std::runtime_error(replies.error().message);
  for (const graph::Reply& reply : *replies)
    if (!reply.done()) outcome.add(reply.verdict.error.message);
  return std::move(*replies);
}

void recreate(graph::Session& session, const std::vector<json>& users, Outcome& outcome) {
  std::vector<graph::Request> creates;
  for (const json& user : users) creates.push_back(graph::calls::create_user(user));
  std::vector<graph::Request> blocks;
  for (const graph::Reply& reply : send(session, creates, outcome)) {
    if (!reply.done()) continue;
    const auto id = base::Guid::parse(reply.body.at("id").get<std::string>());
    blocks.push_back(graph::calls::patch_user(id.value(), {{"accountEnabled", false}}));
  }
  send(session, blocks, outcome);
}

void run(const json& job) {
  base::SystemClock clock(job.at("timeScale"));
  auto quotas = graph::Quotas::load(job.at("quotas").get<std::string>());
  if (!quotas) throw std::runtime_error(quotas.error().message);
  graph::Governor governor(std::move(*quotas), clock);
  graph::Sessions sessions({tenant_of(job)}, governor, clock);
  auto session = sessions.session("aurora", graph::Purpose::restore);
  if (!session) throw std::runtime_error(session.error().message);
  (*session)->set_users(job.at("tenantUsers"));

  Outcome outcome;
  const json users = read(job.at("users"));
  for (std::size_t first = 0; first < users.size(); first += kSlice) {
    const auto begin = users.begin() + static_cast<std::ptrdiff_t>(first);
    const std::size_t count = std::min(kSlice, users.size() - first);
    recreate(**session, {begin, begin + static_cast<std::ptrdiff_t>(count)}, outcome);
  }
  std::puts(base::json_text({{"failed", outcome.failed}, {"why", outcome.why}}).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    run(read(argv[1]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "graph_bench_ours: %s\n", error.what());
    return 1;
  }
}
