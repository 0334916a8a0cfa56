#include "store/writing/tally.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "store/contents/content.h"

namespace entrad::store {
namespace {

constexpr std::size_t kRowsInOneStep = 50'000;
constexpr std::size_t kBytesHashedAtOnce = 4'096;

bool is_sparse(api::Section section) {
  switch (section) {
    case api::Section::app_roles:
    case api::Section::sponsors:
    case api::Section::owned_objects:
    case api::Section::photo:
    case api::Section::restricted_attributes:
      return true;
    default:
      return false;
  }
}

bool is_nothing(const ContentName& name) {
  static const ContentName kNothing[] = {name_of("[]"), name_of("{}"), name_of("null")};
  return std::find(std::begin(kNothing), std::end(kNothing), name) != std::end(kNothing);
}

}  // namespace

bool is_logged(api::Section section) {
  return section == api::Section::audit || section == api::Section::deletion;
}

bool is_digested(const SectionOf& what, const ContentName& name) {
  return !is_logged(what.section) && !(is_sparse(what.section) && is_nothing(name));
}

Tally tally(const Environment& environment, TenantNumber tenant, base::SnapshotNumber number,
            const OnTallied& also, const std::stop_token& stop) {
  Tally result;
  Sha256 digest;
  std::string entries;
  VersionWalk walk(tenant, number);
  for (bool more = true; more && !stop.stop_requested();) {
    const auto reader = environment.read();
    more = walk.step(*reader, kRowsInOneStep, [&](const SectionOf& what, const Version& version) {
      if (is_digested(what, *version.name)) {
        entries += static_cast<char>(what.kind);
        entries += static_cast<char>(what.section);
        entries += what.id.bytes();
        entries += bytes_of(*version.name);
      }
      if (entries.size() >= kBytesHashedAtOnce) digest.add(std::exchange(entries, {}));
      if (what.section == api::Section::object) ++result.objects[what.kind];
      if (version.snapshot == number && !is_logged(what.section)) ++result.changed;
      if (also) also(*reader, what, version);
    });
  }
  digest.add(entries);
  result.digest = base::hex(digest.finish());
  return result;
}

}  // namespace entrad::store
