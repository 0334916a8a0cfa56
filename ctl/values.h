// Values: what an option takes, checked in words that a person can act on; CLI11's own checks name
// types and ranges of floating-point numbers. Thread safety: pure functions.
#pragma once

#include <CLI/CLI.hpp>

namespace entrad::ctl {

CLI::Validator a_count();   // a whole number, 1 or more
CLI::Validator a_name();    // not an empty text, as an unset variable is
CLI::Validator a_moment();  // a snapshot or a time: not an empty text, as an unset variable is

}  // namespace entrad::ctl
