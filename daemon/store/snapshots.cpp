// Map: which snapshots there are (list, find, newest, at, named) / what is in one (content, exists,
// last_content, for_each, for_each_content) / what changed (for_each_change) / a user's versions.
#include "store/snapshots.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>

#include "base/text.h"
#include "base/time_text.h"
#include "store/contents/content.h"
#include "store/environment.h"
#include "store/lists/user_search.h"
#include "store/rows/changes.h"
#include "store/rows/removal_rows.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/versions.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kRowsInOneStep = 10'000;

std::string hint_of(const std::vector<api::Snapshot>& snapshots) {
  if (snapshots.empty()) return "there is none yet: run entractl backup";
  const auto& first = snapshots.front();
  const auto& last = snapshots.back();
  if (snapshots.size() == 1)
    return "there is only snapshot " + first.number.str() + " (" + base::rfc3339(first.sealed_at) +
           ")";
  return "there are snapshots " + first.number.str() + " (" + base::rfc3339(first.sealed_at) +
         ") to " + last.number.str() + " (" + base::rfc3339(last.sealed_at) + ")";
}

std::optional<std::uint64_t> as_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<Changed> everything_in(const Txn& txn, TenantNumber tenant,
                                   base::SnapshotNumber number) {
  std::vector<Changed> all;
  VersionWalk walk(tenant, number);
  walk.step(txn, ~std::size_t{0}, [&](const SectionOf& what, const Version&) {
    all.push_back({what.kind, what.id, 0});
    all.back().add(what.section);
  });
  return all;
}

}  // namespace

Snapshots::Snapshots(Environment& environment, base::Clock& clock)
    : environment_(environment),
      clock_(clock),
      search_(std::make_unique<UserSearch>(environment)) {}
Snapshots::~Snapshots() = default;

std::vector<api::Snapshot> Snapshots::list(const std::string& tenant) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  return known ? sealed_snapshots(*reader, *known) : std::vector<api::Snapshot>{};
}

base::Result<api::Snapshot> Snapshots::find(const std::string& tenant,
                                            base::SnapshotNumber number) const {
  return telling_damage([&]() -> base::Result<api::Snapshot> {
    const auto reader = environment_.read();
    const auto known = find_tenant(*reader, tenant);
    if (known)
      if (auto snapshot = sealed_snapshot(*reader, *known, number)) return *snapshot;
    return base::fail(
        ErrorKind::not_found, "no snapshot " + number.str() + " of " + tenant,
        hint_of(known ? sealed_snapshots(*reader, *known) : std::vector<api::Snapshot>{}));
  });
}

base::Result<api::Snapshot> Snapshots::newest(const std::string& tenant) const {
  return telling_damage([&]() -> base::Result<api::Snapshot> {
    const auto reader = environment_.read();
    if (const auto known = find_tenant(*reader, tenant))
      if (auto snapshot = newest_snapshot(*reader, *known)) return *snapshot;
    return base::fail(ErrorKind::not_found, "no snapshot of " + tenant, hint_of({}));
  });
}

base::Result<api::Snapshot> Snapshots::at(const std::string& tenant, base::WallTime time) const {
  return telling_damage([&]() -> base::Result<api::Snapshot> {
    const auto snapshots = list(tenant);
    for (auto snapshot = snapshots.rbegin(); snapshot != snapshots.rend(); ++snapshot)
      if (snapshot->sealed_at <= time) return *snapshot;
    return base::fail(ErrorKind::not_found,
                      "no snapshot of " + tenant + " at or before " + base::rfc3339(time),
                      hint_of(snapshots));
  });
}

base::Result<api::Snapshot> Snapshots::named(const std::string& tenant, std::string_view at_text,
                                             base::WallTime now) const {
  const auto text = base::trim(at_text);
  if (text.empty()) return newest(tenant);
  if (const auto number = as_number(text)) return find(tenant, {*number});
  auto time = base::parse_time(text, now);
  if (!time) return base::pass(time);
  return at(tenant, *time);
}

std::optional<std::string> Snapshots::content(const std::string& tenant,
                                              base::SnapshotNumber number, api::ObjectKind kind,
                                              const base::Guid& id, api::Section section) const {
  return contents(tenant, number, kind, id, std::span(&section, 1)).front();
}

std::vector<std::optional<std::string>> Snapshots::contents(
    const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
    const base::Guid& id, std::span<const api::Section> sections) const {
  std::vector<std::optional<std::string>> contents(sections.size());
  const auto reader = environment_.read();
  const auto known = tenant_with(*reader, tenant, number);
  if (!known) return contents;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto version = version_as_of(*reader, {*known, kind, id, sections[i]}, number);
    if (version && version->is_live())
      contents[i] = environment_.packing().unpack(*reader, *known, version->value);
  }
  return contents;
}

bool Snapshots::exists(const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
                       const base::Guid& id) const {
  const auto reader = environment_.read();
  const auto known = tenant_with(*reader, tenant, number);
  if (!known) return false;
  const auto version = version_as_of(*reader, {*known, kind, id, api::Section::object}, number);
  return version && version->is_live();
}

std::optional<std::string> Snapshots::last_content(const std::string& tenant,
                                                   base::SnapshotNumber number,
                                                   api::ObjectKind kind, const base::Guid& id,
                                                   api::Section section) const {
  const auto reader = environment_.read();
  const auto known = tenant_with(*reader, tenant, number);
  if (!known) return std::nullopt;
  const auto version = last_live_version(*reader, {*known, kind, id, section}, number);
  if (!version) return std::nullopt;
  return environment_.packing().unpack(*reader, *known, version->value);
}

void Snapshots::for_each(const std::string& tenant, base::SnapshotNumber number,
                         api::ObjectKind kind,
                         const std::function<bool(const base::Guid&)>& on_id) const {
  std::optional<VersionWalk> walk;
  for (bool more = true; more;) {
    std::vector<base::Guid> ids;
    {
      // The caller may write from on_id, and a write may have to wait until nobody reads.
      const auto reader = environment_.read();
      const auto known = tenant_with(*reader, tenant, number);
      if (!known) return;
      if (!walk) walk.emplace(*known, kind, api::Section::object, number);
      more = walk->step(*reader, kRowsInOneStep,
                        [&](const SectionOf& what, const Version&) { ids.push_back(what.id); });
    }
    for (const auto& id : ids)
      if (!on_id(id)) return;
  }
}

void Snapshots::for_each_content(
    const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
    api::Section section,
    const std::function<bool(const base::Guid&, const std::string&)>& on_content) const {
  std::optional<VersionWalk> walk;
  for (bool more = true; more;) {
    std::vector<std::pair<base::Guid, std::string>> contents;
    {
      // The caller may write from on_content, and a write may have to wait until nobody reads.
      const auto reader = environment_.read();
      const auto known = tenant_with(*reader, tenant, number);
      if (!known) return;
      if (!walk) walk.emplace(*known, kind, section, number);
      more =
          walk->step(*reader, kRowsInOneStep, [&](const SectionOf& what, const Version& version) {
            contents.emplace_back(what.id,
                                  environment_.packing().unpack(*reader, *known, version.value));
          });
    }
    for (const auto& [id, content] : contents)
      if (!on_content(id, content)) return;
  }
}

void Snapshots::for_each_change(const std::string& tenant, base::SnapshotNumber from,
                                base::SnapshotNumber to, const OnChange& on_change) const {
  std::vector<Changed> all;
  {
    const auto reader = environment_.read();
    const auto known = tenant_with(*reader, tenant, to);
    if (!known) return;
    if (from.value == 0) all = everything_in(*reader, *known, to);
    for (auto number = from.value + 1; from.value > 0 && number <= to.value; ++number)
      for_each_change_block(*reader, *known, {number}, 0, [&](std::uint32_t, auto changes) {
        all.insert(all.end(), changes.begin(), changes.end());
        return true;
      });
  }
  const auto key = [](const Changed& one) { return std::tie(one.kind, one.id); };
  std::sort(all.begin(), all.end(),
            [&](const Changed& a, const Changed& b) { return key(a) < key(b); });
  for (auto next = all.begin(); next != all.end();) {
    Changed one = *next;
    for (; next != all.end() && key(*next) == key(one); ++next)
      one.sections = static_cast<std::uint16_t>(one.sections | next->sections);
    if (one.sections != 0 && !on_change(one.kind, one.id, one.sections)) return;
  }
}

std::optional<std::string> Snapshots::cursor(const std::string& tenant,
                                             const std::string& collection) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  if (!known) return std::nullopt;
  auto row = cursor_of(*reader, *known, collection);
  if (!row || row->snapshot != newest_number(*reader, *known)) return std::nullopt;
  return std::move(row->text);
}

std::vector<api::VersionRow> Snapshots::versions(const std::string& tenant,
                                                 const base::Guid& user) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  if (!known) return {};
  std::map<base::SnapshotNumber, api::VersionRow> rows;
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{*known, api::ObjectKind::user, user, static_cast<api::Section>(i)};
    if (what.section == api::Section::audit) continue;  // what was done, not what came of it
    for (const auto& version : versions_of(*reader, what)) {
      // A row of a removed snapshot that is not merged yet is what the next one shows.
      api::VersionRow& row = rows[sealed_from(*reader, *known, version.snapshot)];
      const auto name = api::Words<api::Section>::names.at(i);
      std::erase(row.sections, name);
      if (version.is_live()) row.sections.emplace_back(name);
      if (what.section == api::Section::object) row.removed = !version.is_live();
    }
  }
  std::vector<api::VersionRow> sealed;
  for (auto& [number, row] : rows) {
    const auto snapshot = sealed_snapshot(*reader, *known, number);
    if (!snapshot) continue;
    row.snapshot = number;
    row.time = snapshot->sealed_at;
    sealed.push_back(std::move(row));
  }
  return sealed;
}

}  // namespace entrad::store
