#include "store/own_state.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "store/contents/content.h"
#include "store/environment.h"

namespace entrad::store {
namespace {

std::string key_of(const std::string& name) { return "own/" + name; }

}  // namespace

OwnState::OwnState(Environment& environment) : environment_(environment) {}

base::Result<void> OwnState::keep(const std::string& name, const nlohmann::json& document) {
  const std::string value = pack(base::json_text(document));
  return environment_.write([&](Write& write) -> base::Result<void> {
    write.txn.put(Table::meta, key_of(name), value);
    return {};
  });
}

base::Result<std::optional<nlohmann::json>> OwnState::kept(const std::string& name) const {
  using Kept = std::optional<nlohmann::json>;
  return telling_damage([&]() -> base::Result<Kept> {
    const auto reader = environment_.read();
    const auto row = reader->get(Table::meta, key_of(name));
    if (!row) return Kept();
    return Kept(unpack_json(*row));
  });
}

}  // namespace entrad::store
