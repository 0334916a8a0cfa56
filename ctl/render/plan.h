// A restore's plan, as the person who has to say yes or no wants to read it: who, from when, what
// becomes of them, what is written, what it costs and what can go wrong.
// Thread safety: pure functions.
#pragma once

#include <string>

#include "ctl/answers.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

std::string plan(const api::Plan& plan, const SeenJob& seen, const View& view);

// What the plan removes, in a line: "35 group memberships, 1 admin role"; empty: nothing.
std::string removals(const api::Plan& plan);

// Users that anything is written for.
std::uint64_t users_to_write(const api::Plan& plan);

}  // namespace entrad::ctl::render
