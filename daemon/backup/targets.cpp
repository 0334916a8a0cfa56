// What users are linked to beside groups, units and roles: the service principals that they have
// roles in or own, the products of their licences, and the domains of their names. Each with what
// finds its like in another tenant.
#include <algorithm>

#include "backup/sweep.h"
#include "base/json.h"
#include "base/text.h"
#include "directory/canonical.h"
#include "directory/targets.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::ObjectKind;
using api::Section;
using nlohmann::json;

base::Result<void> put_service_principals(Sweep& sweep) {
  const auto& found = sweep.found();
  if (!found.service_principals) return {};  // what is known of them stays
  for (const auto& principal : *found.service_principals) {
    if (!found.linked_service_principals.contains(principal.id)) continue;
    auto put = sweep.writer().put(ObjectKind::service_principal, principal.id, Section::object,
                                  principal.content);
    if (!put) return put;
  }
  if (found.users_complete && !found.some_links_unread)
    sweep.writer().mark_swept(ObjectKind::service_principal);
  return {};
}

using PutRow = std::function<base::Result<void>(const json&)>;

// A list that may not be read leaves what is known of its kind as it is.
base::Result<void> put_list(Sweep& sweep, ObjectKind kind, const char* what,
                            const graph::Request& list, const PutRow& put_row) {
  sweep.progress().begin(what, 0);
  const auto on_page = [&](std::string_view page) -> base::Result<void> {
    base::Result<void> put;
    auto read = for_each_row(sweep, page, what, [&](const json& row) {
      if (put) put = put_row(row);
    });
    return read ? put : read;
  };
  auto done = sweep.pages(list, on_page, drop_nothing);
  if (done) sweep.writer().mark_swept(kind);
  if (done || is_denied(done.error())) return {};
  return base::pass(done, std::string("read the ") + what);
}

base::Result<void> put_products(Sweep& sweep) {
  return put_list(sweep, ObjectKind::subscribed_sku, "products", graph::calls::subscribed_skus(),
                  [&](const json& row) -> base::Result<void> {
                    const auto id = base::Guid::parse(text_of(row, "skuId"));
                    if (!id) return {};
                    return sweep.writer().put(ObjectKind::subscribed_sku, *id, Section::object,
                                              directory::product_content(row));
                  });
}

base::Result<void> put_domains(Sweep& sweep) {
  return put_list(sweep, ObjectKind::domain, "domains", graph::calls::domains(),
                  [&](const json& row) -> base::Result<void> {
                    const std::string name = text_of(row, "id");
                    if (name.empty()) return {};
                    return sweep.writer().put(ObjectKind::domain, directory::domain_id(name),
                                              Section::object, directory::domain_content(row));
                  });
}

}  // namespace

base::Result<void> sweep_targets(Sweep& sweep) {
  for (const auto put : {put_service_principals, put_products, put_domains})
    if (auto done = put(sweep); !done) return done;
  return {};
}

}  // namespace entrad::backup
