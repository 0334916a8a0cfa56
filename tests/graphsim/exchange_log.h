// Writes every Graph exchange as one JSON line, for a contract checker. Secrets never get in: the
// Authorization header is redacted, token requests are left out.
// Thread safety: one thread. Owned by Simulation.
#pragma once

#include <fstream>
#include <string>

#include "exchange.h"

namespace graphsim {

class ExchangeLog {
 public:
  void open(const std::string& file);  ///< throws std::runtime_error
  bool enabled() const { return out_.is_open(); }
  void write(const Request& request, const Response& response, double simulated_seconds);
  void flush() { out_.flush(); }

 private:
  std::ofstream out_;
};

}  // namespace graphsim
