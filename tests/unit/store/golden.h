// The golden stores: what is in them, and everything that can be asked of one as text.
//
// It uses only what every schema's code has, so that the code of an older entrad can be built with
// it, see tests/golden/stores/README.md. Thread safety: belongs to one thread.
#pragma once

#include <string>

#include "store/store.h"

namespace entrad::store {

void fill_golden(Store& store);
// Without digests, which are computed over other names in each schema.
std::string dump(Store& store);

}  // namespace entrad::store
