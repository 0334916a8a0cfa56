#include "backup/sweep.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace entrad::backup {
namespace {

using base::ErrorKind;

// Graph's words for a property that it does not know quote its name.
std::string refused_property(const base::Error& error, const std::string& select) {
  if (error.kind == ErrorKind::cancelled || is_denied(error)) return {};
  const std::string words = error.message + " " + error.hint + " " + base::json_text(error.details);
  for (const std::string& name : base::split(select, ','))
    if (name != "id" && words.find("'" + name + "'") != std::string::npos) return name;
  return {};
}

std::string without(const std::string& select, const std::string& property) {
  std::string out;
  for (const std::string& name : base::split(select, ','))
    if (name != property) out.append(out.empty() ? "" : ",").append(name);
  return out;
}

}  // namespace

Sweep::Sweep(const Context& context, store::SnapshotWriter writer, std::stop_token stop)
    : context_(context),
      writer_(std::move(writer)),
      progress_(context.store.journal(), context.clock, context.job, context.session),
      call_{
          std::move(stop),
          [this](base::Duration wait, const std::string& reason) { progress_.waits(wait, reason); },
          graph::Lane::background} {}

base::Result<void> Sweep::stopped() const {
  if (!call_.stop.stop_requested()) return {};
  return base::fail(ErrorKind::cancelled, "the backup of " + tenant() + " was stopped",
                    "nothing of it was kept; start it again");
}

base::Result<void> Sweep::pages(const graph::Request& first, const OnPage& on_page,
                                const OnDiscard& on_discard) {
  return session().collection(first, on_page, on_discard, call_);
}

base::Result<std::vector<std::string>> Sweep::pages_selecting(std::string select,
                                                              const MakeRequest& request,
                                                              const OnPage& on_page,
                                                              const OnDiscard& on_discard) {
  std::vector<std::string> dropped;
  while (true) {
    auto done = pages(request(select), on_page, on_discard);
    if (done) return dropped;
    const std::string property = refused_property(done.error(), select);
    if (property.empty()) return base::pass(done);
    spdlog::warn("{}: graph does not know the property {} here, going on without it", tenant(),
                 property);
    select = without(select, property);
    dropped.push_back(property);
  }
}

bool is_denied(const base::Error& error) { return error.kind == ErrorKind::permission_denied; }

std::string lacking(std::string_view permission) {
  const std::string name(permission);
  return "the app registration lacks " + name + "; grant " + name + " with admin consent";
}

bool is_about_one_object(const base::Error& error) {
  switch (error.kind) {
    case ErrorKind::permission_denied:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::failed_precondition:
    case ErrorKind::invalid_argument:
    case ErrorKind::graph_refused:
      return true;
    default:
      return false;
  }
}

std::string counted(std::uint64_t number, const std::string& noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

}  // namespace entrad::backup
