// The text of config/quotas.json as it was when the program was built.
// Thread safety: constant data.
#pragma once

#include <string_view>

namespace entrad::graph {

std::string_view published_quotas();

}  // namespace entrad::graph
