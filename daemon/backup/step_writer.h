// StepWriter: the writer of a snapshot, as the steps of one backup use it.
//
// What a step leaves behind besides what it puts (how complete its sections are, kinds that it saw
// whole, who is gone, cursors) is remembered with a step's note once it is done, so that a backup
// that was interrupted takes it from there and does not run the step again. Thread safety: belongs
// to the thread of one backup.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup/known_answers.h"

namespace entrad::backup {

class StepWriter {
 public:
  explicit StepWriter(store::SnapshotWriter writer) : writer_(std::move(writer)) {}

  // As store::SnapshotWriter's.
  base::SnapshotNumber number() const { return writer_.number(); }
  base::Result<void> put(api::ObjectKind kind, const base::Guid& id, api::Section section,
                         std::string_view content) {
    return writer_.put(kind, id, section, content);
  }
  base::Result<void> put_user(const base::Guid& id, store::UserSummary summary,
                              std::string_view content) {
    return writer_.put_user(id, std::move(summary), content);
  }
  bool is_unchanged(api::ObjectKind kind, const base::Guid& id, api::Section section,
                    std::string_view raw) {
    return writer_.is_unchanged(kind, id, section, raw);
  }
  directory::Known known_answers(api::ObjectKind kind, api::Section section) {
    return backup::known_answers(writer_, kind, section);
  }
  bool holds(api::ObjectKind kind, const base::Guid& id, api::Section section) const {
    return writer_.holds(kind, id, section);
  }
  void checkpoint(const std::string& name, std::string note) {
    writer_.checkpoint(name, std::move(note));
  }
  std::optional<std::string> checkpoint(const std::string& name) const {
    return writer_.checkpoint(name);
  }
  base::Result<void> flush() { return writer_.flush(); }
  bool is_resumed() const { return writer_.is_resumed(); }
  base::Result<api::Snapshot> seal(base::WallTime now) { return writer_.seal(now); }

  void mark(api::Section section, api::Completeness completeness, std::string reason = {});
  void mark_swept(api::ObjectKind kind);
  void remove(api::ObjectKind kind, const base::Guid& id);
  void keep_cursor(const std::string& collection, std::string cursor);

  // That this backup has kept so far.
  std::optional<std::string> kept_cursor(const std::string& collection) const;

  // What was marked and kept since the last call.
  nlohmann::json take_outcome();
  // Marks and keeps it again.
  void repeat(const nlohmann::json& outcome);

 private:
  store::SnapshotWriter writer_;
  std::map<api::Section, api::SectionState> marked_;
  std::vector<api::ObjectKind> swept_;
  std::vector<std::pair<api::ObjectKind, base::Guid>> removed_;
  std::map<std::string, std::string> cursors_;  // of this step
  std::map<std::string, std::string> all_cursors_;
};

}  // namespace entrad::backup
