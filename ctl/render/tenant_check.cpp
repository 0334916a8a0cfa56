// Parts: the tenant in a few lines; one line of the check; the whole.
#include "ctl/render/tenant_check.h"

#include <algorithm>

#include "base/time_text.h"

namespace entrad::ctl::render {
namespace {

constexpr std::size_t kTitleWidth = 11;
constexpr std::size_t kWhatWidth = 30;

std::string duration(std::uint64_t seconds) {
  return base::human_duration(std::chrono::seconds(seconds));
}

// Nothing for what is not known.
std::string fact(const std::string& title, const std::vector<std::string>& values) {
  if (values.empty()) return "";
  const std::size_t indent = 2 + kTitleWidth;
  return "  " + pad_right(title, kTitleWidth) + wrap(clean(join(values, ", ")), indent, indent) +
         "\n";
}

std::vector<std::string> domains(const api::TenantCheck& check) {
  std::vector<std::string> out;
  for (const std::string& domain : check.verified_domains) {
    const auto& federated = check.federated_domains;
    const bool elsewhere = std::find(federated.begin(), federated.end(), domain) != federated.end();
    out.push_back(domain + (elsewhere ? " (federated)" : ""));
  }
  return out;
}

std::vector<std::string> licences(const api::TenantCheck& check) {
  std::vector<std::string> out;
  for (const api::License& license : check.licenses)
    out.push_back(license.sku_part_number + " " + number(license.consumed) + " of " +
                  number(license.enabled));
  return out;
}

std::vector<std::string> quotas(const api::TenantCheck& check) {
  std::vector<std::string> out;
  for (const api::QuotaLimit& quota : check.quotas) {
    const std::string unit = quota.unit == "resourceUnits" ? "resource units" : quota.unit;
    out.push_back(quota.bucket + " " + number(quota.limit) + " " + unit + " in " +
                  duration(quota.window_seconds));
  }
  return out;
}

std::vector<std::string> least_times(const api::TenantCheck& check) {
  std::vector<std::string> out;
  for (const api::LeastTime& least : check.least_times)
    out.push_back(duration(least.seconds) + " to " + least.what);
  return out;
}

std::string synced(const api::TenantCheck& check) {
  const std::uint64_t count = check.synced_users.value_or(0);
  return count == 0 ? "" : " (" + number(count) + " synced)";
}

// What could not be read is left out.
std::string head(const api::TenantCheck& check, const View& view) {
  std::string text = view.paint(clean(check.tenant), Tone::title);
  if (!check.display_name.empty()) text += ": " + clean(check.display_name);
  if (!check.size_class.empty())
    text += ", " + counted(check.users, "user") + synced(check) + ", size class " +
            clean(check.size_class);
  return text + "\n" + fact("domains", domains(check)) + fact("licences", licences(check)) +
         fact("quotas", quotas(check)) + fact("at least", least_times(check));
}

std::string verdict(const api::CheckLine& line, const View& view) {
  if (!line.ok) return view.paint("LACKS  ", Tone::bad);
  if (line.limited) return view.paint("LIMITED", Tone::warning);
  return view.paint("ok     ", Tone::good);
}

std::string line_text(const api::CheckLine& line, const View& view) {
  const std::size_t column = 11 + kWhatWidth;
  std::string text = "  " + verdict(line, view) + " " + pad_right(clean(line.what), kWhatWidth) +
                     " " + wrap(clean(line.found), column, column) + "\n";
  if (!line.remedy.empty() && (!line.ok || line.limited))
    text += "          -> " + wrap(clean(line.remedy), 13, 13) + "\n";
  return text;
}

// Parts in the order in which they come.
std::string lines_text(const std::vector<api::CheckLine>& lines, const View& view) {
  std::string text;
  std::string part;
  for (const api::CheckLine& line : lines) {
    if (line.part != part) text += "\n" + view.paint(clean(line.part), Tone::title) + "\n";
    part = line.part;
    text += line_text(line, view);
  }
  return text;
}

std::string conclusion(const std::vector<api::CheckLine>& lines) {
  std::uint64_t failing = 0;
  std::uint64_t limited = 0;
  for (const api::CheckLine& line : lines) {
    failing += line.ok ? 0 : 1;
    limited += line.ok && line.limited ? 1 : 0;
  }
  if (failing == 0 && limited == 0) return "\nall of it will work\n";
  const std::string partly = counted(limited, "thing") + " limited: see LIMITED\n";
  if (failing == 0) return "\nnothing is missing, but " + partly;
  return "\n" + counted(failing, "thing") + " will not work: see LACKS" +
         (limited == 0 ? "\n" : "; " + partly);
}

}  // namespace

std::string tenant_check(const api::TenantCheck& check, const View& view) {
  return head(check, view) + lines_text(check.lines, view) + conclusion(check.lines);
}

}  // namespace entrad::ctl::render
