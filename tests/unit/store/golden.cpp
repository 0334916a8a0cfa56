#include "golden.h"

#include <array>
#include <stdexcept>

#include "store/journal.h"
#include "store/lineage.h"
#include "store/own_state.h"
#include "store/snapshots.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;

constexpr char kTenant[] = "aurora";
constexpr unsigned kUsers = 40;
constexpr int kRounds = 5;

base::WallTime at(int second) {
  return base::WallTime(std::chrono::seconds(1'795'000'000 + second));
}

base::Guid guid(unsigned number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[14] = static_cast<std::uint8_t>(number >> 8U);
  bytes[15] = static_cast<std::uint8_t>(number);
  return base::Guid(bytes);
}

template <typename T>
T must(base::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

std::string name_of_user(unsigned user, int round) {
  return (user == 3 && round >= 2 ? "Zoë Ωmega " : "User ") + std::to_string(user);
}

UserSummary summary(unsigned user, int round) {
  UserSummary summary;
  summary.display_name = name_of_user(user, round);
  summary.user_principal_name =
      "u" + std::to_string(user) + (user == 3 && round >= 2 ? "new" : "") + "@aurora.example";
  summary.mail = "mail" + std::to_string(user) + "@aurora.example";
  summary.user_type = user % 10 == 9 ? "Guest" : "Member";
  summary.account_enabled = user % 6 != 5;
  summary.on_premises_synced = user % 4 == 0;
  return summary;
}

bool is_there(unsigned user, int round) {
  if (user == 7) return round < 2;   // deleted for good
  if (user == 8) return round != 2;  // and back again
  if (user == 9) return round >= 3;  // new
  return true;
}

void put_user(SnapshotWriter& writer, unsigned user, int round) {
  const int version = user % 5 == 0 ? round : 0;
  must(writer.put_user(guid(user), summary(user, round),
                       "{\"displayName\":\"" + name_of_user(user, round) + "\",\"department\":\"" +
                           std::string(100, 'd') + std::to_string(version) + "\"}"));
  const unsigned group = 500 + user % 3 + (user % 8 == 1 ? static_cast<unsigned>(round) : 0U);
  must(writer.put(ObjectKind::user, guid(user), Section::memberships,
                  "[{\"id\":\"" + guid(group).str() + "\",\"kind\":\"group\"}]"));
  must(writer.put(ObjectKind::user, guid(user), Section::roles, user == 1 ? "[{\"r\":1}]" : "[]"));
}

void backup(Store& store, const std::string& tenant, int round) {
  auto writer = must(store.snapshots().begin(
      tenant, round == 1 ? api::SnapshotKind::delta : api::SnapshotKind::full, at(round * 100)));
  for (unsigned user = 0; user < kUsers; ++user)
    if (is_there(user, round)) put_user(writer, user, round);
  for (unsigned group = 500; group < 508; ++group)
    must(writer.put(ObjectKind::group, guid(group), Section::object,
                    "{\"displayName\":\"Group " + std::to_string(group) + "\"}"));
  writer.mark_swept(ObjectKind::user);
  writer.mark_swept(ObjectKind::group);
  writer.mark(Section::object, api::Completeness::complete);
  writer.mark(Section::memberships, api::Completeness::complete);
  if (round == 1) writer.mark(Section::roles, api::Completeness::partial, "no permission");
  must(writer.seal(at(round * 100 + 50)));
}

void jobs(Store& store) {
  for (const auto kind : {api::JobKind::backup, api::JobKind::restore, api::JobKind::verify,
                          api::JobKind::undo, api::JobKind::prune}) {
    api::Job job;
    job.tenant = kTenant;
    job.kind = kind;
    job.snapshot = base::SnapshotNumber{2};
    job.request = {{"at", "2"}, {"note", std::string(300, 'n')}};
    const auto id = must(store.journal().submit(job)).id;
    std::vector<ItemRow> rows(3);
    for (std::uint64_t i = 0; i < rows.size(); ++i) {
      rows[i].item.seq = i;
      rows[i].item.display_name = "User " + std::to_string(i);
      rows[i].work = {{"step", i}};
    }
    must(store.journal().put_items(id, rows));
    must(store.journal().put_document(id, "plan", {{"writes", 4}}));
    Step step;
    step.kind = "patch";
    step.path = "/users/1";
    auto steps = must(store.journal().intend(id, {step, step, step}));
    steps[0].outcome = "done";
    must(store.journal().settle(id, {steps[0]}, {rows[0]}));
    if (kind == api::JobKind::backup)
      must(store.journal().update(id, [](api::Job& row) {
        row.state = api::JobState::succeeded;
        return true;
      }));
  }
  must(store.lineage().record(kTenant, {{guid(7), guid(70)}, {guid(70), guid(71)}}, {2}, at(0)));
  must(store.own_state().keep("governor", {{"used", 12}}));
}

template <typename T>
std::string text(const T& value) {
  return nlohmann::json(value).dump() + "\n";
}

std::string dump_snapshot(Store& store, const std::string& tenant, api::Snapshot snapshot) {
  snapshot.digest.clear();
  std::string all = text(snapshot);
  auto& snapshots = store.snapshots();
  for (const auto kind : {ObjectKind::user, ObjectKind::group})
    snapshots.for_each(tenant, snapshot.number, kind, [&](const base::Guid& id) {
      all += id.str();
      for (const auto section : {Section::object, Section::memberships, Section::roles})
        all += " " + snapshots.content(tenant, snapshot.number, kind, id, section).value_or("none");
      all += "\n";
      return true;
    });
  for (const bool deleted : {false, true}) {
    UserQuery query;
    query.deleted = deleted;
    query.limit = 1'000;
    all += text(must(snapshots.users(tenant, snapshot.number, query)));
  }
  for (const char* name : {"u3@aurora.example", "U3NEW@aurora.example", "u7@aurora.example"}) {
    const auto found = snapshots.find_user(tenant, snapshot.number, name);
    all += std::string(name) + " " + (found ? found->str() : "nobody") + "\n";
  }
  return all;
}

std::string dump_job(Store& store, const api::Job& row) {
  auto& journal = store.journal();
  auto job = must(journal.job(row.id));
  job.created_at = {};
  std::string all = text(job);
  for (const auto& item : journal.items(row.id, 0, 100))
    all += text(item.item) + text(item.work) + text(item.pre_image);
  for (auto step : journal.steps(row.id, 0, 100)) {
    step.intended_at = {};
    nlohmann::json json;
    api::to_json(json, step);
    all += text(json);
  }
  all += "open " + std::to_string(journal.open_steps(row.id).size()) + "\n";
  return all + text(journal.document(row.id, "plan").value_or(nullptr));
}

}  // namespace

void fill_golden(Store& store) {
  for (int round = 0; round < kRounds; ++round) backup(store, kTenant, round);
  backup(store, "borealis", 0);
  jobs(store);
}

std::string dump(Store& store) {
  std::string all;
  for (const std::string tenant : {kTenant, "borealis"}) {
    for (const auto& snapshot : store.snapshots().list(tenant))
      all += dump_snapshot(store, tenant, snapshot);
    for (unsigned user = 0; user < kUsers; ++user)
      all += text(store.snapshots().versions(tenant, guid(user)));
  }
  for (const auto& job : store.journal().jobs({})) all += dump_job(store, job);
  all += "events " + store.journal().newest_event().str() + "\n";
  all += store.lineage().successor(kTenant, guid(7)).value_or(base::Guid()).str() + "\n";
  return all + text(must(store.own_state().kept("governor")).value_or(nullptr));
}

}  // namespace entrad::store
