// Difference: what became of one section between two moments, for people to read.
//
// Unlike compare.h, which asks what a restore would have to write, this tells everything: each
// attribute, members of nested objects by their path, collections by their elements.
// An attribute of the catalogue that is missing on one side could not be read there, and is no
// difference; others (directory extensions) are missing where they are unset.
// Thread safety: pure functions.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "api/history.h"
#include "api/words.h"

namespace entrad::directory {

// Attributes of a section that is one object (object, photo, deletion), by name.
std::vector<api::ValueChange> compare_values(const nlohmann::json& from, const nlohmann::json& to);

// An element of a section that is a collection (memberships, roles, ...). `from` null: it was
// added, `to` null: it was removed, neither: the same element, but not alike.
struct ElementChange {
  nlohmann::json from = nullptr;
  nlohmann::json to = nullptr;
};
// Also takes null or one object for a collection of none or one (manager).
std::vector<ElementChange> compare_elements(const nlohmann::json& from, const nlohmann::json& to);

// Whether a section's content is a collection of links rather than an object with values.
bool holds_elements(api::Section section);

// The value at "a.b.c", or null. Names are taken in any case of their ASCII letters.
nlohmann::json value_at(const nlohmann::json& object, std::string_view path);
// The path as it is written in `object`; empty: there is nothing at it.
std::string written_path(const nlohmann::json& object, std::string_view path);

// Whether a memberships or similar section names this object, without parsing the section.
bool names_object(std::string_view content, std::string_view id_text);

// The ids of the objects that a memberships section names, each once, without parsing it.
void for_each_named_id(std::string_view content,
                       const std::function<void(std::string_view id_text)>& on_id);

}  // namespace entrad::directory
