// Query: the part of a request's target behind the "?", percent-encoded. Only parameters that were
// asked for are written: the daemon refuses what a route does not know, and has defaults of its
// own. Thread safety: a plain value.
#pragma once

#include <string>

#include "base/text.h"

namespace entrad::ctl {

class Query {
 public:
  Query& add(const std::string& name, const std::string& value) {
    text_ += (text_.empty() ? "?" : "&") + name + "=" + base::url_encode(value);
    return *this;
  }
  // Leaves out what was not asked for, so that the daemon's defaults hold.
  Query& add_if(const std::string& name, const std::string& value) {
    return value.empty() ? *this : add(name, value);
  }
  const std::string& str() const { return text_; }

 private:
  std::string text_;
};

}  // namespace entrad::ctl
