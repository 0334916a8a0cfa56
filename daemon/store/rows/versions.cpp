#include "store/rows/versions.h"

#include <algorithm>

#include "store/contents/packing.h"

namespace entrad::store {
namespace {

constexpr std::size_t kSnapshotBytes = 8;
constexpr std::size_t kKeyBytes = 30;  // tenant, kind, section, id, snapshot

std::string_view without_snapshot(std::string_view key) {
  if (key.size() != kKeyBytes) throw Damage("a version's key has a wrong length");
  return key.substr(0, kKeyBytes - kSnapshotBytes);
}

base::SnapshotNumber snapshot_in(std::string_view key) {
  return {KeyReader(key.substr(kKeyBytes - kSnapshotBytes)).number()};
}

Version version_at(const Cursor& cursor) {
  return {snapshot_in(cursor.key()), name_in(cursor.value()), cursor.value()};
}

SectionOf section_in(std::string_view key) {
  KeyReader reader(key);
  SectionOf what;
  what.tenant = TenantNumber{reader.number32()};
  what.kind = reader.kind();
  what.section = reader.section();
  what.id = reader.id();
  return what;
}

}  // namespace

Key history_prefix(const SectionOf& what) {
  return Key().tenant(what.tenant).kind(what.kind).section(what.section).id(what.id);
}

Key history_key(const SectionOf& what, base::SnapshotNumber snapshot) {
  return history_prefix(what).number(snapshot);
}

std::optional<Version> version_as_of(const Txn& txn, const SectionOf& what,
                                     base::SnapshotNumber number) {
  const Key prefix = history_prefix(what);
  auto cursor = txn.cursor(Table::history);
  if (!cursor.seek_at_or_before(history_key(what, number)) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return std::nullopt;
  return version_at(cursor);
}

std::optional<Version> last_live_version(const Txn& txn, const SectionOf& what,
                                         base::SnapshotNumber number) {
  const Key prefix = history_prefix(what);
  auto cursor = txn.cursor(Table::history);
  bool found = cursor.seek_at_or_before(history_key(what, number));
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.previous())
    if (auto version = version_at(cursor); version.is_live()) return version;
  return std::nullopt;
}

std::vector<Version> versions_of(const Txn& txn, const SectionOf& what) {
  const Key prefix = history_prefix(what);
  std::vector<Version> versions;
  auto cursor = txn.cursor(Table::history);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    versions.push_back(version_at(cursor));
  return versions;
}

VersionWalk::VersionWalk(TenantNumber tenant, base::SnapshotNumber number)
    : number_(number), prefix_(Key().tenant(tenant).str()), next_(prefix_) {}

VersionWalk::VersionWalk(TenantNumber tenant, api::ObjectKind kind, api::Section section,
                         base::SnapshotNumber number)
    : number_(number),
      prefix_(Key().tenant(tenant).kind(kind).section(section).str()),
      next_(prefix_) {}

bool VersionWalk::step(const Txn& txn, std::size_t rows, const OnVersion& on_live) {
  auto cursor = txn.cursor(Table::history);
  std::string_view group;          // the section whose rows are being read
  std::optional<Version> version;  // its newest so far
  const auto tell = [&] {
    if (version && version->is_live()) on_live(section_in(group), *version);
    version.reset();
  };
  std::size_t seen = 0;
  bool found = cursor.seek(next_);
  for (; found && cursor.key().starts_with(prefix_); found = cursor.next(), ++seen) {
    const auto section = without_snapshot(cursor.key());
    if (section != group) {
      tell();
      group = section;
      if (seen >= rows) {
        next_ = group;
        return true;
      }
    }
    if (snapshot_in(cursor.key()) <= number_) version = version_at(cursor);
  }
  tell();
  return false;
}

}  // namespace entrad::store
