// The pages of a list after its first one, which came in a batch and has been taken.
// Thread safety: belongs to the job's thread.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "restore/restore.h"

namespace entrad::restore {

// Should a page be lost, all pages come anew, after `discard`. Errors: as Session::collection.
base::Result<void> take_remaining_pages(const Context& context, const graph::Request& first,
                                        const graph::Reply& reply,
                                        const std::function<void(const nlohmann::json&)>& take,
                                        const std::function<void()>& discard,
                                        const graph::Call& call);

}  // namespace entrad::restore
