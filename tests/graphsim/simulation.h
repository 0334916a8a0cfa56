// The whole simulator behind the socket: tenants, tokens, quotas, faults, counters, log. Takes one
// request, gives one answer, without knowing any HTTP library.
// Thread safety: one thread.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "clock.h"
#include "counters.h"
#include "exchange.h"
#include "exchange_log.h"
#include "faults.h"
#include "quota.h"
#include "tenant.h"
#include "tokens.h"

namespace graphsim {

class Simulation {
 public:
  Simulation(double time_scale, const std::vector<TenantOptions>& tenants);

  Response handle(const Request& request);
  void load_quotas(const Json& table) { quotas_.load(table); }
  /// What takes the https port off the network, or back to it.
  void on_https_switch(std::function<void(bool)> act) { switch_https_ = std::move(act); }
  void open_log(const std::string& file) { log_.open(file); }
  void flush_log() { log_.flush(); }
  const Clock& clock() const { return clock_; }

 private:
  Response graph(const Request& request);
  Response batch(const Request& request);
  Response batch_item(const Json& item, const Request& outer, std::vector<std::string>& failed);
  /// The answer of `real`, or what a fault makes of it.
  Response struck(const Request& request, const std::vector<std::string>& segments,
                  const std::function<Response(const Request&)>& real);
  /// One Graph request, alone or from a batch: faults, dispatch, headers, counters.
  Response item(const Request& request);
  Response dispatch(const Request& request, const std::vector<std::string>& segments);
  Response admitted(const Request& request, const std::vector<std::string>& segments,
                    const AccessToken& token, Query query);
  Response control(const Request& request);
  Response control_tenant(const Request& request, const std::vector<std::string>& segments);
  void finish(const Request& request, Response& response);
  const AccessToken& required_token(const Request& request);

  Clock clock_;
  std::vector<std::unique_ptr<Tenant>> tenants_;
  Tokens tokens_;
  Quotas quotas_;
  Faults faults_;
  std::set<std::string> spoiled_;  ///< targets whose next answer brings a spoiled page token
  Counters counters_;
  ExchangeLog log_;
  Stream stream_;
  std::function<void(bool)> switch_https_;
};

/// OData error body with innerError.
Json error_body(const std::string& code, const std::string& message, const Json& details,
                const Request& request, const std::string& request_id);

}  // namespace graphsim
