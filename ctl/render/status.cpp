#include "ctl/render/status.h"

#include "base/time_text.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {
namespace {

std::string job_line(const std::map<std::string, std::uint64_t>& jobs) {
  std::vector<std::string> parts;
  for (const auto& [state, count] : jobs)
    if (count > 0) parts.push_back(number(count) + " " + clean(state));
  return "jobs   " + (parts.empty() ? "none yet" : join(parts, ", ")) + "\n";
}

std::string store_lines(const api::StoreStatus& store, const View& view) {
  std::string text = "store  " + clean(store.path) + ": " + bytes(store.used_bytes) + " used, " +
                     bytes(store.free_disk_bytes) + " free on its disk\n";
  if (!store.trouble.empty())
    text += "       " + view.paint("writes have stopped", Tone::bad) + ": " +
            wrap(clean(store.trouble), 7, 28) + "\n";
  return text;
}

// An app registration's client id is 36 characters; its beginning tells two apart.
std::string app_of(const api::BucketStatus& bucket) {
  return bucket.app.empty() ? "(tenant)" : clip(bucket.app, 9);
}

std::string tenant_of(const api::BucketStatus& bucket) {
  return bucket.tenant.empty() ? "(all)" : bucket.tenant;
}

bool is_closed(const api::BucketStatus& bucket, const View& view) {
  return bucket.closed_until && *bucket.closed_until > view.now;
}

// The most urgent first: "1 breakGlass, 8 normal".
std::string waiting_for(const api::BucketStatus& bucket) {
  std::vector<std::string> parts;
  for (const char* lane : {"breakGlass", "normal", "background"}) {
    const auto found = bucket.waiting.find(lane);
    if (found != bucket.waiting.end() && found->second > 0)
      parts.push_back(number(found->second) + " " + lane);
  }
  return parts.empty() ? "-" : join(parts, ", ");
}

Cell gate_of(const api::BucketStatus& bucket, const View& view) {
  if (!is_closed(bucket, view)) return {"open", Tone::good};
  return {"closed, opens " + age(*bucket.closed_until, view), Tone::warning};
}

std::string bucket_table(const std::vector<api::BucketStatus>& buckets, const View& view) {
  Table table({{"TENANT", Column::left, 8},
               {"APP"},
               {"QUOTA", Column::left, 12},
               {"USED", Column::right},
               {"LIMIT", Column::right},
               {"WINDOW", Column::right},
               {"THROTTLED", Column::right},
               {"GATE"}});
  for (const api::BucketStatus& bucket : buckets)
    table.row({tenant_of(bucket), app_of(bucket), bucket.bucket, number(bucket.used),
               number(bucket.limit),
               base::human_duration(std::chrono::seconds(bucket.window_seconds)),
               number(bucket.throttled), gate_of(bucket, view)});
  return table.flush(view);
}

}  // namespace

std::string tenant_table(const std::vector<api::TenantStatus>& tenants, const View& view) {
  Table table({{"TENANT", Column::left, 8},
               {"TENANT ID"},
               {"USERS", Column::right},
               {"SNAPSHOTS", Column::right},
               {"LAST"},
               {"AGE"}});
  for (const api::TenantStatus& tenant : tenants) {
    const bool backed_up = tenant.last_snapshot_at.has_value();
    table.row({tenant.name, tenant.tenant_id, number(tenant.users), number(tenant.snapshots),
               backed_up ? base::rfc3339(*tenant.last_snapshot_at) : "-",
               backed_up ? Cell(short_age(*tenant.last_snapshot_at, view))
                         : Cell("never backed up", Tone::warning)});
  }
  return table.flush(view);
}

std::string queue_status(const api::QueueStatus& queue, const View& view) {
  Table table({{"TENANT", Column::left, 8},
               {"APP"},
               {"QUOTA", Column::left, 12},
               {"USED", Column::right},
               {"LIMIT", Column::right},
               {"WINDOW", Column::right},
               {"GATE"},
               {"WAITING", Column::left, 12}});
  std::string closed;
  for (const api::BucketStatus& bucket : queue.buckets) {
    const bool shut = is_closed(bucket, view);
    table.row(
        {tenant_of(bucket), app_of(bucket), bucket.bucket, number(bucket.used),
         number(bucket.limit), base::human_duration(std::chrono::seconds(bucket.window_seconds)),
         shut ? Cell("closed", Tone::warning) : Cell("open", Tone::good), waiting_for(bucket)});
    if (!shut) continue;
    const std::string what = clean(tenant_of(bucket)) + " " + clean(app_of(bucket)) + " " +
                             clean(bucket.bucket) + " opens ";
    closed += what + age(*bucket.closed_until, view) +
              (bucket.reason.empty() ? "" : ": Graph answered " + clean(bucket.reason)) + "\n";
  }
  const std::string text = table.flush(view);
  return closed.empty() ? text : text + "\n" + closed;
}

std::string daemon_status(const api::DaemonStatus& status, const View& view) {
  std::string text =
      view.paint("entrad " + clean(status.version), Tone::title) + ": " +
      view.paint(clean(status.state), status.state == "ready" ? Tone::good : Tone::warning) +
      ", started " + when(status.started_at, view) + "\n" + job_line(status.jobs) +
      store_lines(status.store, view) + "\n";
  text +=
      status.tenants.empty() ? "no tenants are configured\n" : tenant_table(status.tenants, view);
  if (!status.buckets.empty()) text += "\n" + bucket_table(status.buckets, view);
  return text;
}

}  // namespace entrad::ctl::render
