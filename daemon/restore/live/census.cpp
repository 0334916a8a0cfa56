#include "restore/live/census.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "directory/canonical.h"
#include "graph/calls.h"
#include "restore/live/reading.h"
#include "restore/selects.h"

namespace entrad::restore {
namespace {

using base::Guid;
using nlohmann::json;
namespace calls = graph::calls;

constexpr std::size_t kSlice = 1000;

std::size_t hash_of(const std::string& user_principal_name) {
  return std::hash<std::string>{}(base::ascii_lower(user_principal_name));
}

std::uint64_t counted(const Context& context, api::ObjectKind kind) {
  const auto found = context.snapshot.counts.find(std::string(api::name(kind)));
  return found == context.snapshot.counts.end() ? 0 : found->second;
}

ManagerLink manager_of(const directory::Slice& user) {
  ManagerLink link;
  const std::string text = user.part("manager");
  const json manager = text.empty() ? json() : base::read_json(text);
  if (manager.is_object()) link.id = Guid::parse(manager.value("id", ""));
  return link;
}

std::vector<std::size_t> places_in(const std::vector<Census::Found>& found) {
  std::vector<std::size_t> places;
  for (const Census::Found& one : found) places.push_back(one.place);
  return places;
}

// Whatever is thrown, nothing goes on behind the back of whoever gets it.
struct Joiner {
  std::future<base::Result<void>>& work;
  ~Joiner() {
    if (work.valid()) work.wait();
  }
};

}  // namespace

Census::Census(const Context& context, std::vector<Guid> ids, const Depth& depth, bool only_names,
               LinkLists::See see, const graph::Call& call)
    : context_(context),
      ids_(std::move(ids)),
      places_(ids_),
      depth_(depth),
      only_names_(only_names),
      call_(call),
      links_(context, places_, std::move(see), call),
      taken_(ids_.size(), false) {
  depth_.roles = false;
  depth_.licenses |= context.undoes.has_value();
}

base::Result<void> Census::read(const Take& take) {
  const Joiner joiner{under_way_};
  auto done = read_lists(take);
  auto last = wait_for_last();
  return done ? last : done;
}

base::Result<void> Census::read_lists(const Take& take) {
  if (auto chosen = choose_link_lists(); !chosen) return chosen;
  if (auto listed = list_directory(take); !listed) return listed;
  if (auto listed = list_bin(take); !listed) return listed;
  return hand_on_the_gone(take);
}

bool Census::may_be_taken(const std::string& user_principal_name) const {
  return !names_are_shown_ ||
         std::binary_search(names_.begin(), names_.end(), hash_of(user_principal_name));
}

// At most as many of the selected users can be live as there are in the directory.
base::Result<std::uint64_t> Census::count_live() const {
  if (context_.request.selection.deleted) return 0;
  auto reply = context_.session.send(calls::count_users(), call_);
  if (!reply) return base::pass(reply);
  const bool is_known = reply->done() && reply->body.is_number_unsigned();
  const std::uint64_t wanted = ids_.size();
  return is_known ? std::min(wanted, reply->body.get<std::uint64_t>()) : wanted;
}

base::Result<void> Census::choose_link_lists() {
  if (links_are_chosen_ || !(depth_.memberships || depth_.app_roles)) return {};
  auto live = count_live();
  if (!live) return base::pass(live);
  const auto cheaper = [&](std::uint64_t others) {
    return are_links_cheaper_by_lists(*live, others, counted(context_, api::ObjectKind::user));
  };
  if (depth_.memberships && cheaper(counted(context_, api::ObjectKind::group) +
                                    counted(context_, api::ObjectKind::administrative_unit))) {
    auto read = links_.read_memberships();
    if (!read) return base::pass(read);
    memberships_by_lists_ = *read;
  }
  if (depth_.app_roles && cheaper(counted(context_, api::ObjectKind::service_principal))) {
    auto read = links_.read_app_roles();
    if (!read) return base::pass(read);
    app_roles_by_lists_ = *read;
  }
  links_are_chosen_ = true;
  return {};
}

graph::Request Census::list_users() const {
  if (only_names_) return calls::list_users("id,userPrincipalName");
  const std::string select = user_select(context_);
  return depth_.manager ? calls::list_users_with_managers(select) : calls::list_users(select);
}

base::Result<void> Census::list_directory(const Take& take) {
  if (directory_is_listed_) return {};
  names_.clear();
  auto listed = context_.session.collection(
      list_users(), [&](std::string_view page) { return take_page(page, Where::live, take); },
      [this] { names_.clear(); }, call_);
  if (!listed) return listed;
  std::sort(names_.begin(), names_.end());
  directory_is_listed_ = true;
  return {};
}

base::Result<void> Census::list_bin(const Take& take) {
  if (only_names_) return {};
  auto listed = context_.session.collection(
      calls::list_deleted_users(user_select(context_)),
      [&](std::string_view page) { return take_page(page, Where::in_recycle_bin, take); }, [] {},
      call_);
  // As for one user: what may not be seen there is not there.
  if (!listed && listed.error().kind == base::ErrorKind::permission_denied) return {};
  return listed;
}

// Where a name is veiled, each has to be asked for.
void Census::note_name(const directory::Slice& user) {
  const std::string name(user.text("userPrincipalName"));
  if (name.empty())
    names_are_shown_ = false;
  else
    names_.push_back(hash_of(name));
}

base::Result<void> Census::take_page(std::string_view page, Where where, const Take& take) {
  std::vector<Found> found;
  auto read = directory::for_each_object(page, [&](const directory::Slice& user) {
    if (where == Where::live) note_name(user);
    // A list that Graph had to begin anew, and one that repeats itself, bring users again.
    std::vector<std::size_t> places;
    for (const auto& [same, place] : places_.of(user.id))
      if (!taken_[place]) places.push_back(place);
    if (places.empty()) return;
    const Live live = live_of(user, where);
    for (const std::size_t place : places) {
      taken_[place] = true;
      found.push_back({place, live});
    }
  });
  if (!read) {
    give_back(places_in(found));
    return read;
  }
  return hand_on(std::move(found), take);
}

Live Census::live_of(const directory::Slice& user, Where where) const {
  Live live;
  live.id = user.id;
  live.where = where;
  live.sections.object = directory::LazyObject::from_canonical(user.content_without("manager"));
  if (const std::string states = user.part("licenseAssignmentStates");
      depth_.licenses && !states.empty())
    take_licenses(live, base::read_json(states));
  if (where == Where::live && depth_.manager) live.sections.manager = manager_of(user);
  return live;
}

// While these are worked on, the next page is read.
base::Result<void> Census::hand_on(std::vector<Found> found, const Take& take) {
  if (found.empty()) return {};
  auto places = places_in(found);
  auto ready = add_sections(found);
  Work work;
  if (ready) work = take(std::move(found));
  if (ready) ready = wait_for_last();
  if (!ready) {
    give_back(places);
    return ready;
  }
  handed_on_ = std::move(places);
  under_way_ = std::async(std::launch::async, std::move(work));
  return {};
}

base::Result<void> Census::wait_for_last() {
  if (!under_way_.valid()) return {};
  auto done = under_way_.get();
  if (!done) give_back(handed_on_);
  return done;
}

void Census::give_back(const std::vector<std::size_t>& places) {
  for (const std::size_t place : places) taken_[place] = false;
}

// What the lists do not say.
base::Result<void> Census::add_sections(std::vector<Found>& found) const {
  Depth rest;
  rest.memberships = depth_.memberships && !memberships_by_lists_;
  rest.app_roles = depth_.app_roles && !app_roles_by_lists_;
  std::vector<Live> lives;
  for (Found& one : found) lives.push_back(std::move(one.live));
  auto read = read_sections(context_, lives, rest, call_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    Live& live = found[i].live = std::move(lives[i]);
    const auto place = static_cast<std::uint32_t>(found[i].place);
    if (live.where != Where::live) continue;
    if (memberships_by_lists_) links_.enter_memberships(place, live);
    if (app_roles_by_lists_) links_.enter_app_roles(place, live);
  }
  return read;
}

base::Result<void> Census::hand_on_the_gone(const Take& take) {
  std::vector<Found> gone;
  for (std::size_t place = 0; place < ids_.size(); ++place) {
    if (taken_[place]) continue;
    taken_[place] = true;
    gone.push_back({place, Live()});
    gone.back().live.id = ids_[place];
    if (gone.size() < kSlice) continue;
    if (auto done = hand_on(std::exchange(gone, {}), take); !done) return done;
  }
  return hand_on(std::move(gone), take);
}

}  // namespace entrad::restore
