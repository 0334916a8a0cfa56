#include "backup/cursors.h"

#include <exception>

#include "backup/ids.h"
#include "base/json.h"

namespace entrad::backup {
namespace {

using nlohmann::json;

std::int64_t millis(base::WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}
base::WallTime time_of(const json& value) {
  return base::WallTime(std::chrono::milliseconds(value.get<std::int64_t>()));
}

// Written by another version of this program, a cursor may be anything; then there is none.
template <typename T, typename Read>
std::optional<T> reading(const std::optional<std::string>& text, Read read) {
  if (!text) return std::nullopt;
  try {
    return read(base::read_json(*text));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::string to_text(const Ground& ground) {
  return base::json_text({{"fullAt", millis(ground.full_at)}, {"permissions", ground.permissions}});
}

std::string to_text(const RoundCursor& cursor) {
  return base::json_text({{"link", cursor.delta.link},
                          {"query", cursor.delta.query},
                          {"denied", cursor.is_denied},
                          {"unreadable", json_of(cursor.unreadable)}});
}

std::string to_text(const MethodsCursor& cursor) {
  return base::json_text({{"since", millis(cursor.since)},
                          {"denied", cursor.is_denied},
                          {"unread", json_of(cursor.unread)}});
}

std::string to_text(const AuditCursor& cursor) {
  return base::json_text({{"newest", cursor.newest}, {"ids", cursor.ids}});
}

std::optional<Ground> read_ground(const std::optional<std::string>& text) {
  return reading<Ground>(text, [](const json& kept) {
    return Ground{time_of(kept.at("fullAt")), kept.at("permissions").get<std::string>()};
  });
}

std::optional<RoundCursor> read_round_cursor(const std::optional<std::string>& text) {
  return reading<RoundCursor>(text, [](const json& kept) {
    return RoundCursor{{kept.at("link").get<std::string>(), kept.at("query").get<std::string>()},
                       kept.at("denied").get<bool>(),
                       ids_of(kept.at("unreadable"))};
  });
}

std::optional<MethodsCursor> read_methods_cursor(const std::optional<std::string>& text) {
  return reading<MethodsCursor>(text, [](const json& kept) {
    return MethodsCursor{time_of(kept.at("since")), kept.at("denied").get<bool>(),
                         ids_of(kept.at("unread"))};
  });
}

std::optional<AuditCursor> read_audit_cursor(const std::optional<std::string>& text) {
  return reading<AuditCursor>(text, [](const json& kept) {
    return AuditCursor{kept.at("newest").get<std::string>(),
                       kept.at("ids").get<std::vector<std::string>>()};
  });
}

}  // namespace entrad::backup
