#include "backup/kind.h"

#include <algorithm>

#include "backup/cursors.h"
#include "store/journal.h"
#include "store/snapshots.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::SnapshotKind;

// A week, less what a nightly backup may begin earlier than the one of a week ago.
constexpr std::chrono::hours kFullEvery{7 * 24 - 6};
const std::string kDocument = "backup";

Decision full(std::string why) { return {SnapshotKind::full, std::move(why)}; }

bool is_whole(const api::Snapshot& snapshot, api::Section section) {
  const auto found = snapshot.sections.find(std::string(api::name(section)));
  return found != snapshot.sections.end() && found->second.completeness == Completeness::complete;
}

Decision decide_anew(const Context& context, const std::string& permissions) {
  const auto& snapshots = context.store.snapshots();
  const std::string& tenant = context.session.tenant().name;
  if (context.full) return full("it was asked for");
  const auto newest = snapshots.newest(tenant);
  if (!newest) return full("there is no snapshot yet");
  const std::string its = "snapshot " + newest->number.str();
  if (!is_whole(*newest, api::Section::object) || !is_whole(*newest, api::Section::manager))
    return full(its + " does not hold every user");
  const auto ground = read_ground(snapshots.cursor(tenant, cursors::kBackup));
  if (!ground || !read_round_cursor(snapshots.cursor(tenant, cursors::kUsers)) ||
      !read_round_cursor(snapshots.cursor(tenant, cursors::kGroups)))
    return full(its + " does not say where its changes begin");
  if (context.clock.wall() - ground->full_at >= kFullEvery)
    return full("the last full one is a week old");
  if (ground->permissions != permissions)
    return full("the app registration may read other things than before");
  return {SnapshotKind::delta, "changes since " + its};
}

}  // namespace

Decision decide(const Context& context, const std::string& permissions) {
  const auto kept = context.store.journal().document(context.job, kDocument);
  if (!kept) return decide_anew(context, permissions);
  return {kept->at("kind").get<SnapshotKind>(), kept->at("why").get<std::string>()};
}

base::Result<void> remember(const Context& context, const Decision& decision) {
  return context.store.journal().put_document(context.job, kDocument,
                                              {{"kind", decision.kind}, {"why", decision.why}});
}

std::string permissions_of(graph::Session& session, const graph::Call& call) {
  auto granted = session.granted_roles(call);
  if (!granted) return {};
  std::sort(granted->begin(), granted->end());
  std::string out;
  for (const std::string& one : *granted) out.append(out.empty() ? "" : " ").append(one);
  return out;
}

std::string words_of(const Decision& decision) {
  if (decision.kind == SnapshotKind::delta) return "a delta backup: " + decision.why;
  return "a full backup, because " + decision.why;
}

}  // namespace entrad::backup
