// Parts: candidates of a filter; scanning page by page; ordered lists; handlers.
#include <algorithm>

#include "handlers.h"
#include "objects.h"

namespace graphsim {
namespace {

constexpr std::uint32_t kScanBudget = 20'000;  // users looked at for one filtered page

PropertyMask mask_of(const std::set<std::string>& properties) {
  PropertyMask mask;
  for (const std::string& name : properties) {
    const auto index = user_property_index(name);
    if (!index || !user_properties()[*index].filterable)
      unsupported_query("Unsupported or invalid query filter clause specified for property '" +
                        name + "' of resource 'User'.");
    mask.set(*index);
  }
  return mask;
}

/// $search="displayName:x" on the beginnings of words, the way the index tokenises.
bool found_by_search(const Json& user, const std::string& search) {
  std::string text(trimmed(search));
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  const auto colon = text.find(':');
  if (colon == std::string::npos)
    throw GraphError(400, "BadRequest", "Term without a property in $search: '" + text + "'.");
  const std::string wanted = lower(text.substr(colon + 1));
  const Json value = value_at(user, text.substr(0, colon));
  if (!value.is_string()) return false;
  for (const std::string& word : split(lower(value.get<std::string>()), ' '))
    if (word.starts_with(wanted)) return true;
  return lower(value.get<std::string>()).starts_with(wanted);
}

class UserScan {
 public:
  explicit UserScan(Call& call) : call_(call), tenant_(call.tenant) {
    if (call.query.filter()) mask_ = mask_of(call.query.filter()->properties());
    if (call.query.has("$search"))
      for (const char* name : {"displayName", "mail", "userPrincipalName", "givenName", "surname"})
        mask_.set(user_property_index(name).value());
    narrow();
  }

  bool matches(UserIndex user) const {
    if (!tenant_.is_visible(user)) return false;
    if (!call_.query.filter() && !call_.query.has("$search")) return true;
    const Json document = tenant_.users.document(user, mask_);
    if (call_.query.filter() && !call_.query.filter()->matches(document)) return false;
    return !call_.query.has("$search") || found_by_search(document, call_.query.raw("$search"));
  }
  bool selective() const { return call_.query.filter() || call_.query.has("$search"); }
  const std::optional<std::vector<UserIndex>>& candidates() const { return candidates_; }
  UserIndex size() const {
    return candidates_ ? static_cast<UserIndex>(candidates_->size()) : tenant_.users.size();
  }
  UserIndex at(UserIndex position) const {
    return candidates_ ? (*candidates_)[position] : position;
  }
  std::size_t total() const {
    if (!selective()) return tenant_.users.live();
    std::size_t count = 0;
    for (UserIndex i = 0; i < size(); ++i) count += matches(at(i)) ? 1 : 0;
    return count;
  }

 private:
  // A filter for exact ids, names or addresses needs no scan, however big the tenant is.
  void narrow() {
    if (!call_.query.filter() || !call_.query.filter()->exact()) return;
    const auto& exact = *call_.query.filter()->exact();
    const bool by_id = same_text(exact.property, "id");
    const bool by_name = same_text(exact.property, "userPrincipalName");
    if (!by_id && !by_name) return;
    candidates_.emplace();
    for (const Json& value : exact.values) {
      if (!value.is_string()) continue;
      const auto text = value.get<std::string>();
      if (const auto user = by_id ? tenant_.users.find_id(text) : tenant_.users.find_name(text))
        candidates_->push_back(*user);
    }
    std::sort(candidates_->begin(), candidates_->end());
    candidates_->erase(std::unique(candidates_->begin(), candidates_->end()), candidates_->end());
  }

  Call& call_;
  Tenant& tenant_;
  PropertyMask mask_;
  std::optional<std::vector<UserIndex>> candidates_;
};

Json shown(Call& call, const ObjectView& view, UserIndex user) {
  Json out = view.plain_user(user);
  if (!call.query.expand().empty()) expand_user(call, user, out);
  return out;
}

void add_next_link(const Call& call, Json& body, std::uint64_t position) {
  body["@odata.nextLink"] = call.query.next_link(
      call.request, {position, call.query.advanced(), call.tenant.clock.now()});
}

void fill_in_store_order(Call& call, const UserScan& scan, std::uint32_t size, Json& body) {
  const ObjectView view(call);
  auto position = static_cast<UserIndex>(call.query.page() ? call.query.page()->position : 0);
  const bool budgeted = scan.selective() && !scan.candidates();
  const std::uint64_t stop = budgeted ? position + std::uint64_t{kScanBudget} : scan.size();
  Json& value = body["value"];
  for (; position < scan.size() && position < stop && value.size() < size; ++position)
    if (scan.matches(scan.at(position))) value.push_back(shown(call, view, scan.at(position)));
  if (position < scan.size()) add_next_link(call, body, position);
}

void fill_ordered(Call& call, const UserScan& scan, std::uint32_t size, Json& body) {
  const std::string property = call.query.order_by();
  if (!same_text(property, "displayName") && !same_text(property, "userPrincipalName") &&
      !same_text(property, "createdDateTime"))
    unsupported_query("Sorting not supported for current query.");
  std::vector<std::pair<std::string, UserIndex>> keyed;
  for (UserIndex i = 0; i < scan.size(); ++i)
    if (scan.matches(scan.at(i)))
      keyed.emplace_back(lower(call.tenant.users.text(scan.at(i), property)), scan.at(i));
  std::sort(keyed.begin(), keyed.end());
  if (call.query.descending()) std::reverse(keyed.begin(), keyed.end());
  const ObjectView view(call);
  std::size_t position = call.query.page() ? call.query.page()->position : 0;
  for (; position < keyed.size() && body["value"].size() < size; ++position)
    body["value"].push_back(shown(call, view, keyed[position].second));
  if (position < keyed.size()) add_next_link(call, body, position);
}

}  // namespace

Response list_users(Call& call) {
  user_mask(call, call.query.select(), true);
  check_page_age(call);
  call.query.require_consistency();
  if (call.query.eventual() && call.query.count() && !call.query.expand().empty())
    unsupported_query("$expand is not supported with advanced query parameters.");
  const std::uint32_t size = call.query.page_size(100, 999);
  const UserScan scan(call);
  Json body{{"@odata.context", call.context(with_select(call, "users"))}, {"value", Json::array()}};
  if (call.query.count() && !call.query.page()) body["@odata.count"] = scan.total();
  if (call.query.has("$orderby"))
    fill_ordered(call, scan, size, body);
  else
    fill_in_store_order(call, scan, size, body);
  return json_answer(std::move(body));
}

Response count_users(Call& call) { return count_answer(call, UserScan(call).total()); }

Response get_user(Call& call) {
  const UserIndex user = call.user();
  const PropertyMask mask = user_mask(call, call.query.select(), false);
  Json body = call.tenant.users.document(user, mask);
  if (const Json* older = call.tenant.replication.older(user))
    for (const auto& [name, value] : older->items())
      if (body.contains(name)) body[name] = value;
  add_extensions(call, user, call.query.select(), body);
  if (!call.query.expand().empty()) expand_user(call, user, body);
  body["@odata.context"] = call.context(with_select(call, "users") + "/$entity");
  return json_answer(std::move(body));
}

}  // namespace graphsim
