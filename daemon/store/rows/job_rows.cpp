#include "store/rows/job_rows.h"

#include <array>

#include "base/json.h"
#include "store/contents/content.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHeadBytes = 3;
constexpr auto kLastNumber = ~std::uint64_t{0};

template <typename Word>
Word word(std::uint8_t byte) {
  if (byte >= api::Words<Word>::names.size())
    throw Damage("a job's row names an unknown " + std::string(api::Words<Word>::what));
  return static_cast<Word>(byte);
}

std::string job_value(const api::Job& job) {
  return Key()
      .byte(kFormat)
      .byte(static_cast<std::uint8_t>(job.state))
      .byte(static_cast<std::uint8_t>(job.kind))
      .text(pack_json(job))
      .str();
}

api::Job without_request(api::Job job) {
  job.request = nullptr;
  return job;
}

std::uint64_t last_number(const Txn& txn, Table table) {
  auto cursor = txn.cursor(table);
  return cursor.last() ? KeyReader(cursor.key()).number() : 0;
}

void append_event(Write& write, const api::Job& job, base::WallTime now) {
  const base::EventNumber number{last_number(write.txn, Table::event) + 1};
  write.txn.put(Table::event, Key().number(number), pack_json(api::Event{number, now, job}));
  if (number.value > kEventsKept)
    write.txn.erase(Table::event, Key().number(number.value - kEventsKept));
  write.newest_event = number;
}

api::Job light_job_from(base::JobId id, std::string_view value) {
  job_head(job_key(id), value);
  return unpack_as<api::Job>(value.substr(kHeadBytes));
}

nlohmann::json part(const nlohmann::json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() ? nlohmann::json() : *found;
}

}  // namespace

Key job_key(base::JobId id) { return Key().number(id); }
Key row_key(base::JobId id, std::uint64_t seq) { return Key().number(id).number(seq); }

JobHead job_head(std::string_view key, std::string_view value) {
  KeyReader reader(value);
  if (reader.byte() != kFormat) throw Damage("a job's row has an unknown format");
  JobHead head;
  head.id = {KeyReader(key).number()};
  head.state = word<api::JobState>(reader.byte());
  head.kind = word<api::JobKind>(reader.byte());
  return head;
}

std::optional<api::Job> find_light_job(const Txn& txn, base::JobId id) {
  const auto value = txn.get(Table::job, job_key(id));
  if (!value) return std::nullopt;
  return light_job_from(id, *value);
}

api::Job job_from(const Txn& txn, base::JobId id, std::string_view value) {
  api::Job job = light_job_from(id, value);
  if (const auto request = txn.get(Table::request, job_key(id)))
    job.request = unpack_json(*request);
  return job;
}

std::optional<api::Job> find_job(const Txn& txn, base::JobId id) {
  const auto value = txn.get(Table::job, job_key(id));
  if (!value) return std::nullopt;
  return job_from(txn, id, *value);
}

base::JobId next_job(const Txn& txn) { return {last_number(txn, Table::job) + 1}; }

void store_job(Write& write, const api::Job& job, bool request_too, base::WallTime now) {
  const auto light = without_request(job);
  write.txn.put(Table::job, job_key(job.id), job_value(light));
  if (request_too) write.txn.put(Table::request, job_key(job.id), pack_json(job.request));
  append_event(write, light, now);
}

// Part by part, since a copy of a pre-image costs as much as writing it.
std::string item_value(const ItemRow& row) {
  return pack(R"({"item":)" + base::json_text(row.item) + R"(,"preImage":)" +
              base::json_text(row.pre_image) + R"(,"work":)" + base::json_text(row.work) + "}");
}

ItemRow item_from(std::string_view value) {
  const auto json = unpack_json(value);
  try {
    return {json.at("item").get<api::Item>(), part(json, "work"), part(json, "preImage")};
  } catch (const std::exception& wrong) {
    throw_unreadable(wrong.what());
  }
}

std::string step_value(const Step& step) {
  nlohmann::json json;
  api::to_json(json, step);
  return pack_json(json);
}

Step step_from(std::string_view value) {
  const auto json = unpack_json(value);
  try {
    Step step;
    api::from_json(json, step);
    return step;
  } catch (const std::exception& wrong) {
    throw_unreadable(wrong.what());
  }
}

api::Event event_from(std::string_view value) { return unpack_as<api::Event>(value); }
base::EventNumber newest_event(const Txn& txn) { return {last_number(txn, Table::event)}; }

std::uint64_t next_seq(const Txn& txn, Table table, base::JobId id) {
  const Key prefix = job_key(id);
  auto cursor = txn.cursor(table);
  if (!cursor.seek_at_or_before(row_key(id, kLastNumber)) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return 0;
  return KeyReader(cursor.key().substr(8)).number() + 1;
}

void for_each_row(const Txn& txn, Table table, base::JobId id, std::uint64_t from,
                  const std::function<bool(std::string_view key, std::string_view value)>& on_row) {
  const Key prefix = job_key(id);
  auto cursor = txn.cursor(table);
  bool found = cursor.seek(row_key(id, from));
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    if (!on_row(cursor.key(), cursor.value())) return;
}

}  // namespace entrad::store
