// /groups/delta: every group in the first round, in several passes, so that a group with many
// members comes again and again; afterwards what changed, link by link. Links of users in the
// recycle bin stay: they are reported removed when the user is gone for good.
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "delta.h"
#include "handlers.h"
#include "listing.h"

namespace graphsim {
namespace {

constexpr std::size_t kPasses = 4;
constexpr std::size_t kLeastSpan = 64;
constexpr std::size_t kReplayed = 5;
constexpr std::size_t kMostInPart = 50;  ///< members of a new group on one line

/// What of one group a page has to say.
struct News {
  std::set<std::string> properties;
  std::set<UserIndex> users;
  std::set<ContainerIndex> groups;
  bool all = false;  ///< it was created or restored: whatever it has
};

class GroupsDelta {
 public:
  GroupsDelta(Call& call, DeltaRound round)
      : call_(call),
        t_(call.tenant),
        round_(std::move(round)),
        members_(round_.wants("members")),
        minimal_(is_minimal(call, round_)) {
    if (round_.span == 0) round_.span = std::max(kLeastSpan, (t_.users.size() + kPasses) / kPasses);
  }

  Response full() {
    if (call_.request.replays)
      for (std::size_t i = round_.position - std::min(kReplayed, round_.position);
           i < round_.position; ++i)
        if (lists(static_cast<ContainerIndex>(i))) add_head(static_cast<ContainerIndex>(i));
    left_ = 100 + t_.changes.stream().below(101);
    while (left_ > 0 && !is_last()) advance();
    return delta_page(call_, round_, std::move(items_), is_last());
  }

  Response changes() {
    left_ = 20 + t_.changes.stream().below(41);
    if (call_.request.replays)
      for (std::size_t i = round_.position - std::min(kReplayed, round_.position);
           i < round_.position; ++i)
        take(t_.changes.of_groups()[i]);
    for (; round_.position < round_.until && left_ > 0; ++round_.position)
      left_ -= take(t_.changes.of_groups()[round_.position]) ? 1 : 0;
    for (const auto& [group, news] : news_) add_changed(group, news);
    return delta_page(call_, round_, std::move(items_), round_.position >= round_.until);
  }

 private:
  bool is_last() const { return round_.pass >= (members_ ? kPasses : 1); }

  bool shows(ContainerIndex group) const {
    const Container& c = t_.containers.at(group);
    return !c.is_unit() && round_.about(c.id());
  }
  bool lists(ContainerIndex group) const {
    return shows(group) && t_.containers.at(group).is_live();
  }

  bool shows_members(ContainerIndex group) const {
    const bool hidden = t_.containers.at(group).hides_members() && !call_.may("Member.Read.Hidden");
    return members_ && !hidden;
  }

  /// One group of one pass, or as much of it as fits on the page.
  void advance() {
    if (round_.position >= t_.containers.all().size()) {
      ++round_.pass;
      round_.position = round_.from = 0;
      return;
    }
    const auto group = static_cast<ContainerIndex>(round_.position);
    if (lists(group) && !add_part(group)) return;
    ++round_.position;
    round_.from = 0;
  }

  /// False where members of this pass are left for the next page.
  bool add_part(ContainerIndex group) {
    const bool begins = round_.pass == 0 && round_.from == 0;
    const std::size_t begin = std::max(round_.from, round_.pass * round_.span);
    const std::size_t end = round_.pass + 1 < kPasses ? (round_.pass + 1) * round_.span
                                                      : std::numeric_limits<std::size_t>::max();
    Json links = begins && shows_members(group) ? nested(group) : Json::array();
    bool all = true;
    if (shows_members(group))
      t_.containers.each_user(group, static_cast<UserIndex>(begin), [&](UserIndex user) {
        if (user >= end) return false;
        all = left_ > links.size();
        if (all)
          links.push_back(user_link(user));
        else
          round_.from = user;
        return all;
      });
    if (!begins && links.empty()) return all;
    left_ -= std::min(left_, links.size() + 1);
    // Some of the later parts repeat the properties.
    Json item = begins || t_.changes.stream().below(2) == 0 ? properties(group) : bare(group);
    if (!links.empty()) item["members@delta"] = std::move(links);
    items_.push_back(std::move(item));
    return all;
  }

  void add_head(ContainerIndex group) {
    Json item = properties(group);
    Json links = shows_members(group) ? nested(group) : Json::array();
    if (!links.empty()) item["members@delta"] = std::move(links);
    items_.push_back(std::move(item));
  }

  bool take(const GroupChange& change) {
    if (!shows(change.group)) return false;
    const bool property = change.what == GroupChange::What::kProperty;
    if (property) {
      const std::string name(kGroupTracked[change.which]);
      if (!round_.select.empty() && !round_.wants(name)) return false;
      news_[change.group].properties.insert(name);
      return true;
    }
    if (change.what == GroupChange::What::kLife) {
      take_life(change.group);
      return true;
    }
    if (!shows_members(change.group)) return false;
    if (change.what == GroupChange::What::kUser)
      news_[change.group].users.insert(change.which);
    else
      news_[change.group].groups.insert(change.which);
    return true;
  }

  void take_life(ContainerIndex group) {
    News& news = news_[group];
    news.all = true;
    if (!shows_members(group)) return;
    t_.containers.each_user(group, 0, [&](UserIndex user) {
      news.users.insert(user);
      return true;
    });
    const auto& groups = t_.containers.at(group).groups;
    news.groups.insert(groups.begin(), groups.end());
  }

  void add_gone(ContainerIndex group) {
    const Container& c = t_.containers.at(group);
    Json item = bare(group);
    item["@removed"] = {{"reason", c.life == Life::kDeleted ? "changed" : "deleted"}};
    items_.push_back(std::move(item));
  }

  /// A line, and where it has many members, more lines with nothing but some of them.
  void add_lines(ContainerIndex group, Json item, const Json& links) {
    Json part = Json::array();
    for (const Json& link : links) {
      part.push_back(link);
      if (part.size() < kMostInPart) continue;
      item["members@delta"] = std::exchange(part, Json::array());
      items_.push_back(std::exchange(item, bare(group)));
    }
    if (!part.empty()) item["members@delta"] = std::move(part);
    if (links.empty() || item.size() > 1) items_.push_back(std::move(item));
  }

  void add_changed(ContainerIndex group, const News& news) {
    const Container& c = t_.containers.at(group);
    if (!c.is_live()) return add_gone(group);
    Json item = minimal_ && !news.all ? bare(group) : properties(group);
    for (const std::string& name : news.properties) item[name] = c.document.at(name);
    Json links = Json::array();
    for (const UserIndex user : news.users) {
      links.push_back(user_link(user));
      const bool member = t_.users.life(user) != Life::kGone && t_.containers.contains(group, user);
      if (!member) links.back()["@removed"] = {{"reason", "deleted"}};
    }
    for (const ContainerIndex member : news.groups) {
      links.push_back(group_link(member));
      if (!std::binary_search(c.groups.begin(), c.groups.end(), member))
        links.back()["@removed"] = {{"reason", "deleted"}};
    }
    add_lines(group, std::move(item), links);
  }

  Json properties(ContainerIndex group) const {
    const Json all = projected(t_.containers.at(group).document, round_.properties(), kGroupShape);
    Json out = bare(group);
    for (const auto& [name, value] : all.items())
      if (!value.is_null()) out[name] = value;
    return out;
  }
  Json bare(ContainerIndex group) const { return {{"id", t_.containers.at(group).id()}}; }
  Json user_link(UserIndex user) const {
    return {{"@odata.type", "#microsoft.graph.user"}, {"id", t_.users.id(user)}};
  }
  Json group_link(ContainerIndex group) const {
    return {{"@odata.type", "#microsoft.graph.group"}, {"id", t_.containers.at(group).id()}};
  }
  Json nested(ContainerIndex group) const {
    Json out = Json::array();
    for (const ContainerIndex one : t_.containers.at(group).groups) out.push_back(group_link(one));
    return out;
  }

  Call& call_;
  Tenant& t_;
  DeltaRound round_;
  bool members_;
  bool minimal_;
  std::size_t left_ = 0;  ///< what still fits on the page
  std::map<ContainerIndex, News> news_;
  std::vector<Json> items_;
};

}  // namespace

Response delta_groups(Call& call) {
  if (auto refused = forgotten_round(call, "groups")) return *refused;
  DeltaRound round = delta_round(call, "groups", call.tenant.changes.visible_groups());
  check_select(call, round.properties(), kGroupShape);
  if (asks_for_latest(call)) return delta_page(call, round, {}, true);
  GroupsDelta delta(call, round);
  return round.full ? delta.full() : delta.changes();
}

}  // namespace graphsim
