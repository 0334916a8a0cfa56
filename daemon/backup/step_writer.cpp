#include "backup/step_writer.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace entrad::backup {

using nlohmann::json;

void StepWriter::mark(api::Section section, api::Completeness completeness, std::string reason) {
  marked_[section] = {completeness, reason};
  writer_.mark(section, completeness, std::move(reason));
}

void StepWriter::mark_swept(api::ObjectKind kind) {
  swept_.push_back(kind);
  writer_.mark_swept(kind);
}

void StepWriter::remove(api::ObjectKind kind, const base::Guid& id) {
  removed_.emplace_back(kind, id);
  writer_.remove(kind, id);
}

void StepWriter::keep_cursor(const std::string& collection, std::string cursor) {
  cursors_[collection] = cursor;
  all_cursors_[collection] = cursor;
  writer_.keep_cursor(collection, std::move(cursor));
}

std::optional<std::string> StepWriter::kept_cursor(const std::string& collection) const {
  const auto found = all_cursors_.find(collection);
  if (found == all_cursors_.end()) return std::nullopt;
  return found->second;
}

json StepWriter::take_outcome() {
  json outcome{{"sections", json::array()},
               {"removed", json::array()},
               {"swept", std::exchange(swept_, {})},
               {"cursors", std::exchange(cursors_, {})}};
  for (const auto& [kind, id] : std::exchange(removed_, {}))
    outcome["removed"].push_back({{"kind", kind}, {"id", id.str()}});
  for (const auto& [section, state] : std::exchange(marked_, {}))
    outcome["sections"].push_back({{"section", section}, {"state", state}});
  return outcome;
}

void StepWriter::repeat(const json& outcome) {
  for (const json& marked : outcome.at("sections")) {
    const auto state = marked.at("state").get<api::SectionState>();
    mark(marked.at("section").get<api::Section>(), state.completeness, state.reason);
  }
  for (const json& gone : outcome.at("removed"))
    remove(gone.at("kind").get<api::ObjectKind>(),
           base::Guid::parse(gone.at("id").get<std::string>()).value());
  for (const json& kind : outcome.at("swept")) mark_swept(kind.get<api::ObjectKind>());
  for (const auto& [collection, cursor] : outcome.at("cursors").items())
    keep_cursor(collection, cursor.get<std::string>());
}

}  // namespace entrad::backup
