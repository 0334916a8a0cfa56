#include "store/tally.h"

#include "base/text.h"
#include "store/content.h"

namespace entrad::store {
namespace {

constexpr std::size_t kRowsInOneStep = 50'000;

}  // namespace

Tally tally(const Environment& environment, TenantNumber tenant, base::SnapshotNumber number,
            const OnTallied& also) {
  Tally result;
  Sha256 digest;
  std::string entry;
  VersionWalk walk(tenant, number);
  for (bool more = true; more;) {
    const auto reader = environment.read();
    more = walk.step(*reader, kRowsInOneStep, [&](const SectionOf& what, const Version& version) {
      entry.clear();
      entry += static_cast<char>(what.kind);
      entry += static_cast<char>(what.section);
      entry += what.id.bytes();
      entry += bytes_of(*version.name);
      digest.add(entry);
      if (what.section == api::Section::object) ++result.objects[what.kind];
      if (version.snapshot == number) ++result.changed;
      if (also) also(*reader, what, version);
    });
  }
  result.digest = base::hex(digest.finish());
  return result;
}

}  // namespace entrad::store
