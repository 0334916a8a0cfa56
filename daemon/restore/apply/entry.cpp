#include "restore/apply/entry.h"

#include "api/error_table.h"
#include "base/seal.h"
#include "restore/new_name.h"

namespace entrad::restore {

using base::Guid;

Entry open_entry(const Goals& goals, store::ItemRow row) {
  Entry entry;
  entry.user = Guid::parse(row.item.user_id).value_or(Guid());
  if (!goals.undo()) entry.goal = goal_of(goals, row, {});
  entry.history.created = row.work.value("created", false);
  const auto refusals = row.work.value("refusals", nlohmann::json::object());
  for (const auto& [key, why] : refusals.items()) entry.history.given_up.insert(key);
  entry.live.id = present_id(goals, row);
  for (const auto& key : row.work.value("once", std::vector<std::string>()))
    entry.history.done_once.insert(key);
  entry.row = std::move(row);
  return entry;
}

Goal goal_of(const Goals& goals, const store::ItemRow& row, const Live& live) {
  Goal goal = goals.of(Guid::parse(row.item.user_id).value_or(Guid()), live);
  if (row.item.new_name) give_name(goal, *row.item.new_name);
  return goal;
}

Guid present_id(const Goals& goals, const store::ItemRow& row) {
  const Guid user = Guid::parse(row.item.user_id).value_or(Guid());
  const auto target = row.work.find("target");
  return target == row.work.end() ? goals.present_id(user)
                                  : Guid::parse(target->get<std::string>()).value_or(user);
}

void keep_sealed(const api::RestoreRequest& request, store::ItemRow& row, const std::string& kind,
                 const std::string& secret) {
  auto sealed = base::seal(request.seal_to, secret);
  if (sealed)
    row.work["sealed"].push_back({kind, *sealed});
  else
    refuse(row, "seal", sealed.error());
}

void refuse(store::ItemRow& row, const std::string& key, const base::Error& why) {
  row.work["refusals"][key] =
      api::Failure{std::string(api::error_row(why.kind).wire), why.message, why.hint};
}

void Memory::accepted(std::uint64_t seq, const std::string& key) {
  Remembered& item = items_[seq];
  item.accepted[key] = clock_.steady();
  item.waiting_since = clock_.steady();
  item.different_reads = 0;
}

void Memory::not_accepted(std::uint64_t seq) {
  hurry(seq);
  Remembered& item = items_[seq];
  if (!item.waiting_since) item.waiting_since = clock_.steady();
}

std::set<std::string> Memory::settling(std::uint64_t seq) const {
  std::set<std::string> keys;
  const auto found = items_.find(seq);
  if (found == items_.end()) return keys;
  for (const auto& [key, when] : found->second.accepted)
    if (clock_.steady() - when < kSettling) keys.insert(key);
  return keys;
}

bool Memory::differs_too_long(std::uint64_t seq) {
  Remembered& item = items_[seq];
  item.equal_reads = 0;
  ++item.different_reads;
  if (!item.waiting_since) item.waiting_since = clock_.steady();
  return item.different_reads >= kDifferentReads &&
         clock_.steady() - *item.waiting_since > kPatience;
}

void Memory::start_patience_anew() {
  for (auto& [seq, item] : items_) item.waiting_since.reset();
}

void Memory::forget(std::uint64_t seq) {
  methods.erase(seq);
  items_.erase(seq);
}

}  // namespace entrad::restore
