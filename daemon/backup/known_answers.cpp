#include "backup/known_answers.h"

namespace entrad::backup {

directory::Known known_answers(store::SnapshotWriter& writer, api::ObjectKind kind,
                               api::Section section) {
  return {[&writer, kind, section](const base::Guid& id) { writer.expect(kind, id, section); },
          [&writer, kind, section](const base::Guid& id) {
            return writer.known_size(kind, id, section);
          },
          [&writer, kind, section](const base::Guid& id, std::string_view raw) {
            return writer.is_unchanged(kind, id, section, raw);
          }};
}

}  // namespace entrad::backup
