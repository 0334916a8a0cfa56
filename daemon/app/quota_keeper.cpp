#include "app/quota_keeper.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "store/own_state.h"

namespace entrad::app {
namespace {

constexpr char kName[] = "governor";
constexpr std::chrono::seconds kPeriod{5};  // of wall time

}  // namespace

QuotaKeeper::QuotaKeeper(store::Store& store, graph::Governor& governor, double time_scale)
    : store_(store), governor_(governor), time_scale_(time_scale) {
  load();
  keep(/*clean_stop=*/false);
  const auto period = std::chrono::duration_cast<base::Duration>(
      std::chrono::duration<double>(kPeriod) * time_scale);
  thread_ = std::jthread([this, period](const std::stop_token& stop) {
    while (governor_.wait_until_worth_saving(period, stop)) keep(/*clean_stop=*/false);
  });
}

QuotaKeeper::~QuotaKeeper() { stop(); }

void QuotaKeeper::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  keep(/*clean_stop=*/true);
}

void QuotaKeeper::load() {
  const auto kept = store_.own_state().kept(kName);
  if (!kept)
    spdlog::warn("the use of graph's quotas cannot be read: {}", kept.error().message);
  else if (*kept && !governor_.load(**kept, time_scale_))
    spdlog::warn("the use of graph's quotas before the last stop makes no sense and is forgotten");
}

void QuotaKeeper::keep(bool clean_stop) {
  const auto kept = store_.own_state().keep(kName, governor_.save(clean_stop));
  governor_.saved(kept.has_value());
  const std::string trouble = kept ? "" : kept.error().message;
  if (!trouble.empty() && trouble != trouble_)
    spdlog::warn("the use of graph's quotas cannot be written: {}", trouble);
  trouble_ = trouble;
}

}  // namespace entrad::app
