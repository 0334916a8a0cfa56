#include "model.h"

namespace entrad::store {
namespace {

const Moment kNothing;

// The contents of one user, by section.
std::map<api::Section, std::string> of_user(unsigned id, const Moment& moment) {
  std::map<api::Section, std::string> found;
  for (const auto& [place, content] : moment.contents)
    if (place.kind == api::ObjectKind::user && place.id == id) found[place.section] = content;
  return found;
}

}  // namespace

void Moment::forget(api::ObjectKind kind, unsigned id) {
  std::erase_if(contents, [&](const auto& entry) {
    return entry.first.kind == kind && entry.first.id == id;
  });
  if (kind == api::ObjectKind::user) names.erase(id);
}

const Moment& Model::newest() const { return kept.empty() ? kNothing : kept.rbegin()->second; }

const Moment& Model::before(std::uint64_t number) const {
  const auto found = kept.lower_bound(number);
  return found == kept.begin() ? kNothing : std::prev(found)->second;
}

bool Model::differs(unsigned user, const Moment& a, const Moment& b) const {
  const auto name = [&](const Moment& moment) {
    const auto found = moment.names.find(user);
    return found == moment.names.end() ? std::string() : found->second;
  };
  return name(a) != name(b) || of_user(user, a) != of_user(user, b);
}

std::map<unsigned, Model::Listed> Model::users(std::uint64_t number) const {
  std::map<unsigned, Listed> all;
  for (const auto& [id, name] : kept.at(number).names) {
    Listed& one = all[id];
    one.name = name;
    for (const auto& [at, moment] : kept)
      if (at <= number && differs(id, before(at), moment)) one.changed_in = at;
  }
  return all;
}

std::map<unsigned, Model::Listed> Model::deleted(std::uint64_t number) const {
  std::map<unsigned, Listed> all;
  for (const auto& [at, moment] : kept) {
    if (at > number) break;
    for (const auto& [id, name] : before(at).names)
      if (!moment.names.contains(id)) all[id] = {name, at};
    for (const auto& [id, name] : moment.names) all.erase(id);
  }
  return all;
}

std::optional<std::string> Model::last_content(std::uint64_t number, const Cell& place) const {
  std::optional<std::string> last;
  for (const auto& [at, moment] : kept) {
    if (at > number) break;
    const auto found = moment.contents.find(place);
    if (found != moment.contents.end()) last = found->second;
  }
  return last;
}

std::vector<api::VersionRow> Model::versions(unsigned user) const {
  std::vector<api::VersionRow> rows;
  for (const auto& [at, moment] : kept) {
    const auto then = of_user(user, before(at));
    const auto now = of_user(user, moment);
    if (then == now) continue;
    api::VersionRow row;
    row.snapshot = {at};
    row.removed = then.contains(api::Section::object) && !now.contains(api::Section::object);
    for (const auto& [section, content] : now) {
      const auto found = then.find(section);
      if (found == then.end() || found->second != content)
        row.sections.emplace_back(api::name(section));
    }
    rows.push_back(row);
  }
  return rows;
}

std::set<Cell> Model::differences(std::uint64_t from, std::uint64_t to) const {
  const Moment& a = from == 0 ? kNothing : kept.at(from);
  const Moment& b = kept.at(to);
  std::set<Cell> places;
  for (const auto& [place, content] : a.contents) {
    const auto found = b.contents.find(place);
    if (found == b.contents.end() || found->second != content) places.insert(place);
  }
  for (const auto& [place, content] : b.contents)
    if (!a.contents.contains(place)) places.insert(place);
  return places;
}

}  // namespace entrad::store
