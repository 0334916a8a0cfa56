#include "graph/session.h"

#include "graph/answers/reply.h"
#include "graph/batch.h"
#include "graph/credentials/claims.h"
#include "graph/crew.h"
#include "graph/delta.h"
#include "graph/lines.h"
#include "graph/paging.h"
#include "graph/session_parts.h"

namespace entrad::graph {

Session::Session(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Session::~Session() = default;

base::Result<Reply> Session::send(const Request& request, const Call& call) {
  auto reply = parts_->lines->deliver(request, call);
  if (!reply) return reply;
  const Class cls = reply->verdict.cls;
  if (cls == Class::transient || cls == Class::unauthorized)
    return failure(request, reply->verdict);
  return reply;
}

base::Result<std::vector<Reply>> Session::batch(const std::vector<Request>& requests,
                                                const Call& call) {
  return send_batch(*parts_->lines, parts_->crew, requests, call);
}

base::Result<void> Session::pages(
    const Request& first, const std::function<base::Result<void>(std::string_view)>& on_page,
    const Call& call) {
  return read_pages(*parts_->lines, first, on_page, call);
}

base::Result<void> Session::pages_after(
    const std::string& link, const std::function<base::Result<void>(std::string_view)>& on_page,
    const Call& call) {
  return read_pages_after(*parts_->lines, link, on_page, call);
}

base::Result<void> Session::collection(
    const Request& first, const std::function<base::Result<void>(std::string_view)>& on_page,
    const std::function<void()>& on_discard, const Call& call) {
  return read_collection(*parts_->lines, first, on_page, on_discard, call);
}

base::Result<DeltaRound> Session::delta(const Request& first, const DeltaCursor& since,
                                        const DeltaReader& reader, const Call& call) {
  return read_round(*parts_->lines, first, since, reader, call);
}

base::Result<DeltaCursor> Session::latest_delta(const Request& first, const Call& call) {
  return latest_cursor(*parts_->lines, first, call);
}

std::vector<std::string> Session::apps() const {
  std::vector<std::string> ids;
  for (const auto& line : parts_->lines->all()) ids.push_back(line->app());
  return ids;
}

base::Result<std::vector<std::string>> Session::granted_roles(const Call& call) {
  auto claims = token_claims(call);
  if (!claims) return base::pass(claims);
  return roles_of(*claims);
}

base::Result<nlohmann::json> Session::token_claims(const Call& call, std::size_t which) {
  auto token = parts_->lines->all().at(which)->tokens().get(call.stop);
  if (!token) return base::pass(token);
  return claims_of(*token);
}

void Session::set_users(std::uint64_t users) {
  parts_->lines->governor().set_size(tenant().name, users);
}

const Tenant& Session::tenant() const { return parts_->lines->tenant(); }

std::string Session::url_of(std::string_view path) const {
  return tenant().endpoints.graph + "/v1.0" + std::string(path);
}

std::size_t Session::width() const { return parts_->crew.width(); }

Session::Counters Session::counters() const { return parts_->lines->counters(); }

}  // namespace entrad::graph
