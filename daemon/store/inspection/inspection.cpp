// Map: findings / walking a table / the shape of each table's rows / the whole.
#include "store/inspection/inspection.h"

#include <map>

#include "base/text.h"
#include "store/contents/content.h"
#include "store/rows/fingerprints.h"
#include "store/rows/snapshot_rows.h"

namespace entrad::store {
namespace {

constexpr std::size_t kMostFindings = 100;
constexpr std::size_t kRowsInOnePiece = 10'000;

// The next row; a damaged one is a finding.
bool next_sound(Cursor& cursor, std::optional<std::string_view> from, Findings& findings) {
  for (bool first = from.has_value();; first = false) {
    try {
      return first ? cursor.seek(*from) : cursor.next();
    } catch (const std::exception& damage) {  // a row that means nothing is damage too
      findings.add(damage.what());
    }
  }
}

void expect(bool sound, const char* what) {
  if (!sound) throw Damage(what);
}

void check_section(KeyReader& reader) {
  reader.number32();
  reader.kind();
  reader.section();
}

// Every part of a key must be there, and nothing after it.
void check_shape(Table table, std::string_view key) {
  KeyReader reader(key);
  switch (table) {
    case Table::meta:
    case Table::tenant:
      reader.take(1);
      return;
    case Table::history:
    case Table::first_history:
      check_section(reader);
      reader.take(24);
      break;
    case Table::fingerprint:
      check_section(reader);
      reader.take(2);
      break;
    case Table::dictionary:
    case Table::pending:
      reader.number32();
      break;
    case Table::target:
      reader.take(8);
      break;
    case Table::change:
      reader.take(16);
      break;
    case Table::snapshot:
    case Table::pin:
    case Table::removed:
      reader.take(12);
      break;
    case Table::user:
    case Table::first_user:
    case Table::name:
      reader.take(28);
      break;
    case Table::checkpoint:
    case Table::cursor:
      reader.take(5);
      return;
    case Table::job:
    case Table::request:
    case Table::event:
      reader.number();
      break;
    case Table::item:
    case Table::step:
    case Table::open_step:
      reader.take(16);
      break;
    case Table::document:
      reader.take(9);
      return;
    case Table::lineage:
      reader.take(36);
      break;
  }
  expect(reader.rest().empty(), "its key is too long");
}

void check_meta(const Txn& txn) {
  const auto schema = txn.get(Table::meta, "schema");
  expect(schema && *schema == std::string_view(Key().byte(1).number32(kSchema)),
         "the schema's number is lost");
}

// Tables that belong to no tenant must name none that is not there, and the others one that is.
bool is_of_tenant(Table table) {
  switch (table) {
    case Table::history:
    case Table::target:
    case Table::change:
    case Table::fingerprint:
    case Table::snapshot:
    case Table::pending:
    case Table::checkpoint:
    case Table::cursor:
    case Table::user:
    case Table::name:
    case Table::lineage:
    case Table::pin:
    case Table::removed:
      return true;
    default:
      return false;
  }
}

std::map<TenantNumber, std::string> tenants_of(const Txn& txn) {
  std::map<TenantNumber, std::string> tenants;
  auto cursor = txn.cursor(Table::tenant);
  for (bool found = cursor.seek(std::string_view("\0", 1)); found; found = cursor.next()) {
    const std::string name(cursor.key());
    const auto number = find_tenant(txn, name);
    if (number) tenants.emplace(*number, name);
  }
  return tenants;
}

}  // namespace

void Findings::add(const std::string& finding) {
  if (to_.findings.size() < kMostFindings) to_.findings.push_back(finding);
}

void Findings::guard(const std::string& where, const std::function<void()>& part) {
  try {
    part();
  } catch (const std::exception& damage) {  // Damage and LmdbFailure among them
    add(where + ": " + damage.what());
  }
}

std::string place_of(Table table, std::string_view key) {
  return "table " + std::string(kTableNames[index_of(table)]) + ", row " + base::hex(key);
}

bool for_each_row_of(const Environment& environment, Table table, std::string_view prefix,
                     Findings& findings, const std::stop_token& stop, const OnRow& on_row) {
  std::string from = prefix.empty() ? std::string(1, '\0') : std::string(prefix);
  for (;;) {
    if (stop.stop_requested()) return false;
    const auto reader = environment.read();
    auto cursor = reader->cursor(table);
    bool found = next_sound(cursor, from, findings);
    for (std::size_t i = 0; found && cursor.key().starts_with(prefix); ++i) {
      if (i == kRowsInOnePiece) break;
      on_row(*reader, cursor.key(), cursor.value());
      found = next_sound(cursor, std::nullopt, findings);
    }
    if (!found || !cursor.key().starts_with(prefix)) return true;
    from = std::string(cursor.key());
  }
}

bool inspect_rows(const Environment& environment, Findings& findings, const std::stop_token& stop,
                  const OnProgress& on_progress) {
  findings.guard("table meta", [&] { check_meta(*environment.read()); });
  std::map<TenantNumber, std::string> tenants;
  findings.guard("table tenant", [&] { tenants = tenants_of(*environment.read()); });
  for (std::size_t i = 0; i < kTableNames.size(); ++i) {
    const auto table = static_cast<Table>(i);
    if (is_part_of_another(table)) continue;
    std::string before;
    bool went_on = true;
    findings.guard("table " + std::string(kTableNames[i]), [&] {
      went_on =
          for_each_row_of(environment, table, {}, findings, stop,
                          [&](const Txn&, std::string_view key, std::string_view) {
                            findings.guard(place_of(table, key), [&] {
                              ++findings.totals().rows;
                              expect(before < key, "the rows are not in the order of their keys");
                              before = key;
                              check_shape(table, key);
                              if (is_of_tenant(table))
                                expect(tenants.contains(TenantNumber{KeyReader(key).number32()}),
                                       "it belongs to an unknown tenant");
                            });
                            if (on_progress && findings.totals().rows % kRowsInOnePiece == 0)
                              on_progress(findings.totals().rows);
                          });
    });
    if (!went_on) return false;
  }
  return true;
}

api::StoreCheck inspect(Environment& environment, const std::stop_token& stop,
                        const OnProgress& on_progress) {
  api::StoreCheck check;
  Findings findings(check);
  const auto whole = [&] {
    if (!inspect_rows(environment, findings, stop, on_progress)) return false;
    findings.guard("table dictionary", [&] { Packing::check_dictionaries(*environment.read()); });
    std::map<TenantNumber, std::string> tenants;
    findings.guard("table tenant", [&] { tenants = tenants_of(*environment.read()); });
    for (const auto& [number, name] : tenants)
      if (!inspect_tenant(environment, number, name, findings, stop)) return false;
    return inspect_jobs(environment, findings, stop);
  };
  check.is_complete = whole();
  if (on_progress) on_progress(check.rows);
  return check;
}

}  // namespace entrad::store
