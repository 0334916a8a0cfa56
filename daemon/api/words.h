// The words that the daemon, its store and its clients share, each with its written name.
//
// Written names are Graph's own where Graph has one, and never change: scripts read them. A client
// treats a job state that it does not know as "not final".
// Thread safety: pure functions over constant tables.
#pragma once

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace entrad::api {

enum class ObjectKind {
  user,
  group,
  administrative_unit,
  role_definition,
  service_principal,
  subscribed_sku,
  domain,
  application
};
enum class Section {
  object,
  memberships,
  roles,
  auth_methods,
  licenses,
  manager,
  app_roles,
  audit,
  sponsors,
  owned_objects,
  photo,
  deletion,  // who deleted the object, and when; the only section that an object has once it is
             // gone
  restricted_attributes  // attributes of the object that need permissions of their own
};
enum class Completeness { complete, partial, absent };
enum class SnapshotKind { full, delta };
enum class JobKind { backup, restore, verify, undo, prune, check };
enum class JobState {
  queued,
  running,
  waiting,
  paused,
  held,
  succeeded,
  partial,
  failed,
  cancelled
};
// What a restore does to the attributes of a live user: sets them all back, or fills only those
// that have no value.
enum class AttributeMode { overwrite, merge };
// What of one tenant may be told to be another one's.
enum class CounterpartKind { domain, group, administrative_unit, role, application };
enum class Outcome { pending, restored, already_right, partial, impossible, failed, skipped };

// Word tables: one row a value, in the order of the enum.
template <typename Word>
struct Words;

template <>
struct Words<ObjectKind> {
  static constexpr std::string_view what = "object kind";
  static constexpr std::array<std::string_view, 8> names{
      "user",          "group",  "administrativeUnit", "roleDefinition", "servicePrincipal",
      "subscribedSku", "domain", "application"};
};
template <>
struct Words<Section> {
  static constexpr std::string_view what = "section";
  static constexpr std::array<std::string_view, 13> names{"object",
                                                          "memberships",
                                                          "roles",
                                                          "authMethods",
                                                          "licenses",
                                                          "manager",
                                                          "appRoles",
                                                          "audit",
                                                          "sponsors",
                                                          "ownedObjects",
                                                          "photo",
                                                          "deletion",
                                                          "restrictedAttributes"};
};
template <>
struct Words<Completeness> {
  static constexpr std::string_view what = "completeness";
  static constexpr std::array<std::string_view, 3> names{"complete", "partial", "absent"};
};
template <>
struct Words<SnapshotKind> {
  static constexpr std::string_view what = "snapshot kind";
  static constexpr std::array<std::string_view, 2> names{"full", "delta"};
};
template <>
struct Words<JobKind> {
  static constexpr std::string_view what = "job kind";
  static constexpr std::array<std::string_view, 6> names{"backup", "restore", "verify",
                                                         "undo",   "prune",   "check"};
};
template <>
struct Words<JobState> {
  static constexpr std::string_view what = "job state";
  static constexpr std::array<std::string_view, 9> names{"queued",  "running", "waiting",
                                                         "paused",  "held",    "succeeded",
                                                         "partial", "failed",  "cancelled"};
};
template <>
struct Words<Outcome> {
  static constexpr std::string_view what = "outcome";
  static constexpr std::array<std::string_view, 7> names{
      "pending", "restored", "alreadyRight", "partial", "impossible", "failed", "skipped"};
};

template <>
struct Words<CounterpartKind> {
  static constexpr std::string_view what = "kind of counterpart";
  static constexpr std::array<std::string_view, 5> names{"domain", "group", "administrativeUnit",
                                                         "role", "application"};
};

template <>
struct Words<AttributeMode> {
  static constexpr std::string_view what = "way to restore attributes";
  static constexpr std::array<std::string_view, 2> names{"overwrite", "merge"};
};

template <typename Word>
concept HasWords = requires {
  Words<Word>::names;
};

template <HasWords Word>
constexpr std::string_view name(Word word) {
  return Words<Word>::names.at(static_cast<std::size_t>(word));
}

template <HasWords Word>
constexpr std::optional<Word> parse(std::string_view text) {
  for (std::size_t i = 0; i < Words<Word>::names.size(); ++i)
    if (Words<Word>::names[i] == text) return static_cast<Word>(i);
  return std::nullopt;
}

template <HasWords Word>
void to_json(nlohmann::json& json, const Word& word) {
  json = name(word);
}
template <HasWords Word>
void from_json(const nlohmann::json& json, Word& word) {
  const auto text = json.get<std::string>();
  const auto parsed = parse<Word>(text);
  if (!parsed)
    throw std::invalid_argument("\"" + text + "\" is no " + std::string(Words<Word>::what));
  word = *parsed;
}

constexpr bool is_final(JobState state) {
  return state == JobState::succeeded || state == JobState::partial || state == JobState::failed ||
         state == JobState::cancelled;
}

}  // namespace entrad::api
