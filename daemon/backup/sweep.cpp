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

constexpr std::chrono::seconds kBetweenCommits{5};

// Refused, and perhaps for a property that the refusal does not name.
bool may_be_a_property(const base::Error& error) {
  return error.kind == ErrorKind::graph_refused && !graph::is_lost_page(error);
}

}  // namespace

Sweep::Sweep(const Context& context, store::SnapshotWriter writer,
             std::optional<api::Snapshot> parent, std::stop_token stop)
    : context_(context),
      writer_(std::move(writer)),
      parent_(std::move(parent)),
      progress_(context.store.journal(), context.clock, context.job, context.session),
      call_{
          std::move(stop),
          [this](base::Duration wait, const std::string& reason) { progress_.waits(wait, reason); },
          graph::Lane::background} {
  if (const auto newest = context.store.snapshots().newest(tenant()))
    found_.parent = newest->number;
}

void Sweep::begin() {
  if (parent_)
    for (const auto& [name, state] : parent_->sections)
      if (const auto section = api::parse<api::Section>(name))
        writer_.mark(*section, state.completeness, state.reason);
  if (const auto noted = writer_.checkpoint("begun")) {
    begun_ = base::WallTime(std::chrono::milliseconds(std::stoll(*noted)));
    return;
  }
  begun_ = now();
  writer_.checkpoint("begun", std::to_string(begun_.time_since_epoch().count()));
}

base::Result<void> Sweep::commit_if_due() {
  const auto now = context_.clock.steady();
  if (now - committed_at_ < kBetweenCommits) return {};
  committed_at_ = now;
  return writer_.flush();
}

std::optional<std::string> Sweep::parent_content(api::ObjectKind kind, const base::Guid& id,
                                                 api::Section section) const {
  return context_.store.snapshots().content(tenant(), parent_->number, kind, id, section);
}

bool Sweep::parent_has(api::ObjectKind kind, const base::Guid& id) const {
  return context_.store.snapshots().exists(tenant(), parent_->number, kind, id);
}

std::optional<std::string> Sweep::cursor(const std::string& collection) const {
  return context_.store.snapshots().cursor(tenant(), collection);
}

base::Result<void> Sweep::stopped() const {
  if (!call_.stop.stop_requested()) return {};
  return base::fail(
      ErrorKind::cancelled, "the backup of " + tenant() + " was stopped",
      "nothing of it is visible; it goes on when the daemon starts again, unless it was cancelled");
}

base::Result<void> Sweep::pages(const graph::Request& first, const OnPage& on_page,
                                const OnDiscard& on_discard) {
  return session().collection(first, on_page, on_discard, call_);
}

base::Result<void> Sweep::noted_pages(const std::string& name, const graph::Request& first,
                                      const NotedReader& reader) {
  PageNotes notes(writer_, name);
  notes.for_each(reader.note);
  const auto on_page = [&](std::string_view page) -> base::Result<void> {
    auto note = reader.page(page);
    if (!note) return base::pass(note);
    notes.add(std::move(*note), graph::next_link(page));
    return commit_if_due();
  };
  for (int restarts = 0; !notes.closed(); ++restarts) {
    auto done = notes.any() ? session().pages_after(std::string(notes.next()), on_page, call_)
                            : session().pages(first, on_page, call_);
    if (done) break;
    if (!graph::is_lost_page(done.error()) || restarts == graph::kMostRestarts) return done;
    spdlog::info("{}: graph forgot a page token of the {}, reading them anew", tenant(), name);
    reader.discard();
    notes.begin_anew();
  }
  return {};
}

base::Result<std::vector<std::string>> Sweep::selecting(const std::string& collection,
                                                        const std::string& select, const Ask& ask) {
  auto unknown = known_as_unknown(store(), tenant(), collection, now());
  if (unknown.empty()) remember(store(), tenant(), collection, unknown, now());
  while (true) {
    const std::string usable = directory::select_without(select, unknown);
    auto done = ask(usable);
    if (done) return unknown;
    const auto refused = refused_properties(done.error(), collection, usable);
    if (refused.empty()) return base::pass(done);
    for (const std::string& property : refused) {
      spdlog::warn("{}: graph does not know the property {} of {} here, going on without it",
                   tenant(), property, collection);
      unknown.push_back(property);
    }
    remember(store(), tenant(), collection, unknown, now());
  }
}

base::Result<std::vector<std::string>> Sweep::pages_selecting(const std::string& collection,
                                                              const std::string& select,
                                                              const MakeRequest& request,
                                                              const OnPage& on_page,
                                                              const OnDiscard& on_discard) {
  return selecting(collection, select, [&](const std::string& usable) {
    return pages(request(usable), on_page, on_discard);
  });
}

std::vector<std::string> Sweep::refused_properties(const base::Error& error,
                                                   const std::string& collection,
                                                   const std::string& select) {
  if (auto named = graph::refused_property(error, select); !named.empty()) return {named};
  if (!may_be_a_property(error)) return {};
  const bool units = collection == "administrativeUnits";
  const std::string path = (units ? "/directory/" : "/") + collection;
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
                              std::string_view content, std::string_view none) {
  // One that goes on may have left a row before it was interrupted.
  if (content == none && !sweep.writer().holds(api::ObjectKind::user, user, section)) return {};
  return sweep.writer().put(api::ObjectKind::user, user, section, content);
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
