#include "bench/index_store.h"

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "backup/known_answers.h"
#include "backup/people.h"
#include "bench/index_pages.h"
#include "directory/canonical.h"
#include "directory/sections.h"

namespace entrad::bench {
namespace {

using api::ObjectKind;
using api::Section;

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

store::UserSummary summary_of(const directory::Slice& slice) {
  store::UserSummary summary;
  summary.display_name = slice.text("displayName");
  summary.user_principal_name = slice.text("userPrincipalName");
  summary.mail = slice.text("mail");
  summary.user_type = slice.text("userType");
  summary.account_enabled = slice.is_true("accountEnabled");
  summary.on_premises_synced = slice.is_true("onPremisesSyncEnabled");
  return summary;
}

}  // namespace

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double settled_seconds_of(const std::function<void()>& work) {
  ::sync();
  return seconds_of(work);
}

double best_seconds(int goes, const std::function<void()>& work) {
  double best = seconds_of(work);
  for (int i = 1; i < goes; ++i) best = std::min(best, seconds_of(work));
  return best;
}

base::WallTime night_of(std::uint32_t day) {
  return base::WallTime(std::chrono::hours(24) * (20'000 + day));
}

OurStore::OurStore(std::filesystem::path folder) : folder_(std::move(folder)) { open(); }

void OurStore::open() { store_ = must(store::Store::open({folder_}, clock_)); }

std::uint64_t OurStore::bytes() const {
  struct stat about {};
  if (::stat((folder_ / "data.mdb").c_str(), &about) != 0) throw std::runtime_error("no store");
  return static_cast<std::uint64_t>(about.st_blocks) * 512;
}

void OurStore::look_at_heap() {
  const auto heap = mallinfo2();
  most_heap_mib_ =
      std::max(most_heap_mib_, static_cast<double>(heap.uordblks + heap.hblkhd) / (1U << 20U));
}

double OurStore::sweep(const Pages& pages, std::uint32_t people, std::uint32_t day) {
  const MappedFile users(pages.users);
  const MappedFile members(pages.members);
  return settled_seconds_of([&] {
    auto writer = must(snapshots().begin(kTenant, api::SnapshotKind::full, night_of(day)));
    put_users(writer, users.all());
    writer.mark_swept(ObjectKind::user);
    writer.mark(Section::object, api::Completeness::complete);
    put_links(writer, members.all(), people);
    writer.mark(Section::memberships, api::Completeness::complete);
    must(writer.seal(night_of(day)));
    look_at_heap();
  });
}

void OurStore::put_users(store::SnapshotWriter& writer, std::string_view pages) {
  const auto known = backup::known_answers(writer, ObjectKind::user, Section::object);
  for_each_page(pages, [&](std::uint32_t, std::string_view page) {
    must(directory::for_each_changed(
        page, known, [](const base::Guid&) {},
        [&](const directory::Slice& slice) {
          must(writer.put_user(slice.id, summary_of(slice), slice.content));
        }));
    look_at_heap();
  });
}

void OurStore::put_links(store::SnapshotWriter& writer, std::string_view pages,
                         std::uint32_t people) {
  backup::People known;
  for (std::uint32_t i = 0; i < people; ++i) known.add(person_id(i));
  known.close();
  std::vector<backup::UserLink> links;
  links.reserve(std::size_t{people} * kMemberships);
  std::vector<base::Guid> members;
  for_each_page(pages, [&](std::uint32_t group, std::string_view page) {
    members.clear();
    must(directory::for_each_id(page, [&](const base::Guid& id) { members.push_back(id); }));
    for (const auto user : known.indexes(members)) links.emplace_back(user, group);
  });
  const backup::LinksByUser by_user(links, people);
  look_at_heap();
  std::vector<base::Guid> groups;
  for (std::uint32_t i = 0; i < groups_for(people); ++i) groups.push_back(group_id(i));
  std::string raw;
  for (std::uint32_t i = 0; i < people; ++i) {
    raw.clear();
    for (const auto group : by_user.of(i)) raw += groups[group].bytes();
    const auto& id = known.ids()[i];
    if (writer.is_unchanged(ObjectKind::user, id, Section::memberships, raw)) continue;
    std::vector<directory::Link> mine;
    for (const auto group : by_user.of(i)) mine.push_back({groups[group], ObjectKind::group});
    must(writer.put(ObjectKind::user, id, Section::memberships,
                    directory::memberships_section(std::move(mine))));
  }
}

void OurStore::night(std::uint32_t people, std::uint32_t day,
                     const std::vector<std::uint32_t>& revisions) {
  auto writer = must(snapshots().begin(kTenant, api::SnapshotKind::delta, night_of(day)));
  std::string page = R"({"value":[)";
  for (const auto number : changed_on(day, people))
    page += (page.back() == '[' ? "" : ",") + person_json(number, revisions[number]);
  must(directory::for_each_object(page + "]}", [&](const directory::Slice& slice) {
    must(writer.put_user(slice.id, summary_of(slice), slice.content));
  }));
  writer.mark(Section::object, api::Completeness::complete);
  writer.mark(Section::memberships, api::Completeness::complete);
  must(writer.seal(night_of(day)));
}

}  // namespace entrad::bench
