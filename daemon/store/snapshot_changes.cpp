// What Snapshots tells about change: the rows between two snapshots, one section of everybody, one
// section over time.
#include <algorithm>

#include "store/environment.h"
#include "store/snapshot_rows.h"
#include "store/snapshots.h"
#include "store/versions.h"

namespace entrad::store {
namespace {

constexpr std::size_t kRowsInOneStep = 10'000;

std::optional<TenantNumber> tenant_with(const Txn& txn, const std::string& tenant,
                                        base::SnapshotNumber number) {
  const auto known = find_tenant(txn, tenant);
  if (!known || !is_sealed(txn, *known, number)) return std::nullopt;
  return known;
}

bool is_live(const std::optional<Version>& version) { return version && version->is_live(); }

}  // namespace

// Looks at every row of the tenant: the time that it takes is that of a walk over a snapshot.
void Snapshots::for_each_change(
    const std::string& tenant, base::SnapshotNumber from, base::SnapshotNumber to,
    const std::function<void(api::ObjectKind, const base::Guid&, api::Section)>& on_change) const {
  std::optional<VersionWalk> walk;
  for (bool more = true; more;) {
    std::vector<SectionOf> changed;
    {
      const auto reader = environment_.read();
      const auto known = tenant_with(*reader, tenant, to);
      if (!known) return;
      if (!walk) walk.emplace(VersionWalk(*known, to));
      more = walk->step_all(*reader, kRowsInOneStep,
                            [&](const SectionOf& what, const Version& version) {
                              if (version.snapshot > from) changed.push_back(what);
                            });
    }
    for (const SectionOf& what : changed) on_change(what.kind, what.id, what.section);
  }
}

void Snapshots::for_each_content(
    const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
    api::Section section,
    const std::function<void(const base::Guid&, std::string_view content)>& on_content) const {
  std::optional<VersionWalk> walk;
  for (bool more = true; more;) {
    std::vector<std::pair<base::Guid, std::string>> contents;
    {
      const auto reader = environment_.read();
      const auto known = tenant_with(*reader, tenant, number);
      if (!known) return;
      if (!walk) walk.emplace(*known, kind, number);
      more = walk->step(*reader, kRowsInOneStep,
                        [&](const SectionOf& what, const Version& version) {
                          if (what.section == section)
                            contents.emplace_back(what.id, content_of(*reader, version.hash));
                        });
    }
    for (const auto& [id, content] : contents) on_content(id, content);
  }
}

std::vector<SectionVersion> Snapshots::section_versions(const std::string& tenant,
                                                        api::ObjectKind kind, const base::Guid& id,
                                                        api::Section section) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  if (!known) return {};
  const auto newest = newest_number(*reader, *known);
  std::vector<SectionVersion> versions;
  for (const Version& version : versions_of(*reader, {*known, kind, id, section})) {
    if (version.snapshot > newest) continue;
    SectionVersion& one = versions.emplace_back();
    one.snapshot = version.snapshot;
    if (version.is_live()) one.content = content_of(*reader, version.hash);
  }
  return versions;
}

SectionFate Snapshots::fate(const std::string& tenant, base::SnapshotNumber from,
                            base::SnapshotNumber to, api::ObjectKind kind, const base::Guid& id,
                            api::Section section) const {
  const auto reader = environment_.read();
  const auto known = tenant_with(*reader, tenant, to);
  if (!known) return {};
  const SectionOf what{*known, kind, id, section};
  const auto before = version_as_of(*reader, what, from);
  const auto after = version_as_of(*reader, what, to);
  SectionFate fate{is_live(before), is_live(after), false};
  fate.differs = fate.before != fate.after || (fate.before && before->hash != after->hash);
  return fate;
}

}  // namespace entrad::store
