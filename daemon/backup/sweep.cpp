#include "backup/sweep.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "backup/cloud.h"
#include "base/json.h"
#include "base/text.h"
#include "directory/attributes.h"
#include "graph/paging.h"
#include "graph/select.h"

namespace entrad::backup {
namespace {

using base::ErrorKind;

// Refused, and perhaps for a property that the refusal does not name.
bool may_be_a_property(const base::Error& error) {
  return error.kind == ErrorKind::graph_refused && !graph::is_lost_page(error);
}

}  // namespace

Sweep::Sweep(const Context& context, store::SnapshotWriter writer, std::stop_token stop)
    : context_(context),
      writer_(std::move(writer)),
      progress_(context.store.journal(), context.clock, context.job, context.session),
      call_{
          std::move(stop),
          [this](base::Duration wait, const std::string& reason) { progress_.waits(wait, reason); },
          graph::Lane::background} {
  if (const auto newest = context.store.snapshots().newest(tenant()))
    found_.parent = newest->number;
}

base::Result<void> Sweep::stopped() const {
  if (!call_.stop.stop_requested()) return {};
  return base::fail(ErrorKind::cancelled, "the backup of " + tenant() + " was stopped",
                    "nothing of it was kept; start it again");
}

base::Result<void> Sweep::pages(const graph::Request& first, const OnPage& on_page,
                                const OnDiscard& on_discard) {
  return session().collection(first, on_page, on_discard, call_);
}

base::Result<std::vector<std::string>> Sweep::pages_selecting(const std::string& collection,
                                                              const std::string& select,
                                                              const MakeRequest& request,
                                                              const OnPage& on_page,
                                                              const OnDiscard& on_discard) {
  auto unknown = known_as_unknown(store(), tenant(), collection, context_.clock.wall());
  const std::size_t left_out = unknown.size();
  while (true) {
    const std::string usable = directory::select_without(select, unknown);
    auto done = pages(request(usable), on_page, on_discard);
    if (done) break;
    const auto refused = refused_properties(done.error(), request(usable), usable);
    if (refused.empty()) return base::pass(done);
    for (const std::string& property : refused) {
      spdlog::warn("{}: graph does not know the property {} of {} here, going on without it",
                   tenant(), property, collection);
      unknown.push_back(property);
    }
  }
  if (left_out == 0 || unknown.size() > left_out)
    remember(store(), tenant(), collection, unknown, context_.clock.wall());
  return unknown;
}

std::vector<std::string> Sweep::refused_properties(const base::Error& error,
                                                   const graph::Request& refused,
                                                   const std::string& select) {
  if (auto named = graph::refused_property(error, select); !named.empty()) return {named};
  if (!may_be_a_property(error)) return {};
  const std::string path = refused.path.substr(0, refused.path.find('?'));
  auto usable = graph::usable_select(session(), path, select, call_);
  return usable ? std::move(usable->unknown) : std::vector<std::string>();
}

base::Result<void> for_each_row(Sweep& sweep, std::string_view page, const std::string& what,
                                const std::function<void(const nlohmann::json&)>& on_row) {
  const auto body = base::parse_json(page);
  const auto rows = body.is_object() ? body.find("value") : body.end();
  if (rows == body.end() || !rows->is_array())
    return base::fail(ErrorKind::graph_refused, "graph answered with no list of " + what,
                      "try again");
  for (const auto& row : *rows)
    if (row.is_object()) on_row(row);
  sweep.progress().advance(rows->size());
  return {};
}

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool may_have(Sweep& sweep, std::string_view permissions) {
  const auto granted = sweep.session().granted_roles(sweep.call());
  if (!granted || granted->empty()) return true;
  const auto wanted = base::split(permissions, '|');
  return std::find_first_of(granted->begin(), granted->end(), wanted.begin(), wanted.end()) !=
         granted->end();
}

std::optional<std::string> known_before(Sweep& sweep, const base::Guid& user,
                                        api::Section section) {
  const auto& parent = sweep.found().parent;
  if (!parent) return std::nullopt;
  return sweep.store().snapshots().content(sweep.tenant(), *parent, api::ObjectKind::user, user,
                                           section);
}

base::Result<void> put_if_any(Sweep& sweep, const base::Guid& user, api::Section section,
                              std::string content, std::string_view none) {
  if (content == none && !known_before(sweep, user, section)) return {};
  return sweep.writer().put(api::ObjectKind::user, user, section, std::move(content));
}

bool is_unlicensed(const base::Error& error) {
  const auto code = error.details.is_object() ? error.details.value("code", "") : std::string();
  return code == "AadPremiumLicenseRequired" ||
         code == "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
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
