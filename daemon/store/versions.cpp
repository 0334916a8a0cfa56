#include "store/versions.h"

#include "store/content.h"

namespace entrad::store {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kSnapshotBytes = 8;

std::string_view without_snapshot(std::string_view key) {
  if (key.size() <= kSnapshotBytes) throw Damage("a version's key is cut short");
  return key.substr(0, key.size() - kSnapshotBytes);
}

base::SnapshotNumber snapshot_in(std::string_view key) {
  return {KeyReader(key.substr(key.size() - kSnapshotBytes)).number()};
}

Version version_at(const Cursor& cursor) {
  return {snapshot_in(cursor.key()), version_hash(cursor.value())};
}

SectionOf section_in(std::string_view key) {
  KeyReader reader(key);
  SectionOf what;
  what.tenant = TenantNumber{reader.number32()};
  what.kind = reader.kind();
  what.id = reader.id();
  what.section = reader.section();
  return what;
}

}  // namespace

Key version_prefix(const SectionOf& what) {
  return Key().tenant(what.tenant).kind(what.kind).id(what.id).section(what.section);
}

Key version_key(const SectionOf& what, base::SnapshotNumber snapshot) {
  return version_prefix(what).number(snapshot);
}

std::string version_value(std::string_view hash) { return kFormat + std::string(hash); }

std::string version_hash(std::string_view value) {
  if (value.empty() || value.front() != kFormat ||
      (value.size() != 1 && value.size() != 1 + kHashBytes))
    throw Damage("a version's row is not what it should be");
  return std::string(value.substr(1));
}

std::optional<Version> version_as_of(const Txn& txn, const SectionOf& what,
                                     base::SnapshotNumber number) {
  const Key prefix = version_prefix(what);
  auto cursor = txn.cursor(Table::version);
  if (!cursor.seek_at_or_before(version_key(what, number)) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return std::nullopt;
  return version_at(cursor);
}

std::optional<Version> last_live_version(const Txn& txn, const SectionOf& what,
                                         base::SnapshotNumber number) {
  const Key prefix = version_prefix(what);
  auto cursor = txn.cursor(Table::version);
  bool found = cursor.seek_at_or_before(version_key(what, number));
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.previous())
    if (auto version = version_at(cursor); version.is_live()) return version;
  return std::nullopt;
}

std::vector<Version> versions_of(const Txn& txn, const SectionOf& what) {
  const Key prefix = version_prefix(what);
  std::vector<Version> versions;
  auto cursor = txn.cursor(Table::version);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    versions.push_back(version_at(cursor));
  return versions;
}

std::string content_of(const Txn& txn, std::string_view hash) {
  const auto value = txn.get(Table::blob, hash);
  if (!value) throw Damage("the store has lost a content that a version names");
  return unpack(*value);
}

VersionWalk::VersionWalk(TenantNumber tenant, base::SnapshotNumber number)
    : number_(number), prefix_(Key().tenant(tenant).str()), next_(prefix_) {}

VersionWalk::VersionWalk(TenantNumber tenant, api::ObjectKind kind, base::SnapshotNumber number)
    : number_(number), prefix_(Key().tenant(tenant).kind(kind).str()), next_(prefix_) {}

bool VersionWalk::step(const Txn& txn, std::size_t rows, const OnVersion& on_live) {
  return step_all(txn, rows, [&](const SectionOf& what, const Version& version) {
    if (version.is_live()) on_live(what, version);
  });
}

bool VersionWalk::step_all(const Txn& txn, std::size_t rows, const OnVersion& on_version) {
  auto cursor = txn.cursor(Table::version);
  std::string group;               // the section whose rows are being read
  std::optional<Version> version;  // its newest so far
  const auto tell = [&] {
    if (version) on_version(section_in(group), *version);
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
