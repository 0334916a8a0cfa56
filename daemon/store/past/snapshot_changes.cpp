// What Snapshots tells about one section over time, and how many snapshots there are.
#include "store/environment.h"
#include "store/rows/removal_rows.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/versions.h"
#include "store/snapshots.h"

namespace entrad::store {
namespace {

std::optional<TenantNumber> tenant_with(const Txn& txn, const std::string& tenant,
                                        base::SnapshotNumber number) {
  const auto known = find_tenant(txn, tenant);
  if (!known || !is_sealed(txn, *known, number)) return std::nullopt;
  return known;
}

bool is_live(const std::optional<Version>& version) { return version && version->is_live(); }

}  // namespace

std::uint64_t Snapshots::count(const std::string& tenant) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  if (!known) return 0;
  const Key prefix = Key().tenant(*known);
  std::uint64_t count = 0;
  auto cursor = reader->cursor(Table::snapshot);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    ++count;
  return count;
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
    // A row of a snapshot that was removed is what the next one shows.
    const auto shown_by = sealed_from(*reader, *known, version.snapshot);
    const bool replaces = !versions.empty() && versions.back().snapshot == shown_by &&
                          section != api::Section::audit;  // which holds what was new in each
    SectionVersion& one = replaces ? versions.back() : versions.emplace_back();
    one = {};
    one.snapshot = shown_by;
    if (version.is_live())
      one.content = environment_.packing().unpack(*reader, *known, version.value);
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
  fate.differs = fate.before != fate.after || (fate.before && before->name != after->name);
  return fate;
}

}  // namespace entrad::store
