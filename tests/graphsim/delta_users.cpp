// /users/delta: live users in the first round; afterwards those of whom something that is tracked
// has changed, as they are at this moment. A user who changed twice may come twice.
#include <algorithm>
#include <map>
#include <set>

#include "delta.h"
#include "handlers.h"
#include "objects.h"

namespace graphsim {
namespace {

constexpr std::size_t kReplayed = 10;

/// What of one user a page has to say.
struct News {
  PropertyMask properties;
  bool all = false;
  bool manager = false;
  std::set<UserIndex> former_managers;
};

class UsersDelta {
 public:
  UsersDelta(Call& call, DeltaRound round)
      : call_(call),
        t_(call.tenant),
        round_(std::move(round)),
        mask_(user_mask(call, round_.properties(), true)),
        minimal_(is_minimal(call, round_)) {}

  Response full() {
    const std::size_t size = 100 + t_.changes.stream().below(101);
    if (call_.request.replays)
      for (std::size_t i = round_.position - std::min(kReplayed, round_.position);
           i < round_.position; ++i)
        add_live(static_cast<UserIndex>(i));
    const std::size_t most = items_.size() + size;
    for (; round_.position < t_.users.size() && items_.size() < most; ++round_.position)
      add_live(static_cast<UserIndex>(round_.position));
    return delta_page(call_, round_, std::move(items_), round_.position >= t_.users.size());
  }

  Response changes() {
    std::size_t left = 20 + t_.changes.stream().below(41);
    if (call_.request.replays)
      for (std::size_t i = round_.position - std::min(kReplayed, round_.position);
           i < round_.position; ++i)
        take(t_.changes.of_users()[i]);
    for (; round_.position < round_.until && left > 0; ++round_.position)
      left -= take(t_.changes.of_users()[round_.position]) ? 1 : 0;
    for (const auto& [user, news] : news_) add(user, news);
    return delta_page(call_, round_, std::move(items_), round_.position >= round_.until);
  }

 private:
  bool take(const UserChange& change) {
    const bool manager = change.manager && round_.wants("manager");
    if (!change.life && !manager && (change.properties & mask_).none()) return false;
    if (!round_.about(t_.users.id(change.user))) return false;
    News& news = news_[change.user];
    news.properties |= change.properties & mask_;
    news.all = news.all || change.life;
    news.manager = news.manager || manager;
    if (manager && change.former_manager) news.former_managers.insert(*change.former_manager);
    return true;
  }

  void add_live(UserIndex user) {
    if (t_.users.life(user) != Life::kLive || !round_.about(t_.users.id(user))) return;
    News news;
    news.all = true;
    add(user, news);
  }

  void add(UserIndex user, const News& news) {
    const std::string id = t_.users.id(user);
    if (t_.users.life(user) != Life::kLive) {
      const char* reason = t_.users.life(user) == Life::kDeleted ? "changed" : "deleted";
      items_.push_back({{"id", id}, {"@removed", {{"reason", reason}}}});
      return;
    }
    Json item = Json::object();
    const Json document = t_.users.document(user, mask_);
    for (const auto& [name, value] : document.items()) {
      const bool changed = news.properties.test(user_property_index(name).value());
      if (changed || ((news.all || !minimal_) && !value.is_null())) item[name] = value;
    }
    item["id"] = id;
    if (news.all || !minimal_) {
      add_extensions(call_, user, round_.properties(), item);
      for (const std::string& name : round_.properties())
        if (t_.extras.is_extension_cleared(user, name)) item[name] = nullptr;
    }
    if (round_.wants("manager") && (news.all || news.manager)) add_manager(user, news, item);
    items_.push_back(std::move(item));
  }

  void add_manager(UserIndex user, const News& news, Json& item) {
    const auto manager = t_.managers.of(user);
    Json links = Json::array();
    for (const UserIndex former : news.former_managers) {
      if (former == manager) continue;
      links.push_back(link(former));
      links.back()["@removed"] = {{"reason", "deleted"}};
    }
    if (manager) links.push_back(link(*manager));
    if (!links.empty()) item["manager@delta"] = std::move(links);
  }

  Json link(UserIndex user) const {
    return {{"@odata.type", "#microsoft.graph.user"}, {"id", t_.users.id(user)}};
  }

  Call& call_;
  Tenant& t_;
  DeltaRound round_;
  PropertyMask mask_;
  bool minimal_;
  std::map<UserIndex, News> news_;
  std::vector<Json> items_;
};

}  // namespace

Response delta_users(Call& call) {
  if (auto refused = forgotten_round(call, "users")) return *refused;
  DeltaRound round = delta_round(call, "users", call.tenant.changes.visible_users());
  UsersDelta delta(call, round);
  if (asks_for_latest(call)) return delta_page(call, round, {}, true);
  return round.full ? delta.full() : delta.changes();
}

}  // namespace graphsim
