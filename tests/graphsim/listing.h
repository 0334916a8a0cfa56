// Lists and single entities: choosing properties, pages, counts, contexts.
// Thread safety: one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "call.h"

namespace graphsim {

/// Which properties an entity type shows: by default, and only when asked for.
struct Shape {
  std::string_view type;   ///< "microsoft.graph.group"
  std::string_view usual;  ///< space-separated; empty: everything the object has
  std::string_view on_demand;
};

extern const Shape kGroupShape, kUnitShape, kDirectoryRoleShape, kRoleDefinitionShape,
    kRoleAssignmentShape, kServicePrincipalShape, kAuditShape, kOrganizationShape, kDomainShape,
    kSkuShape, kLicenseDetailShape, kAppRoleAssignmentShape;

/// 400 where $select names a property that the type has not, or that this cloud does not know.
void check_select(const Call& call, const std::vector<std::string>& select, const Shape& shape);
void check_select(const Call& call, const Shape& shape);
/// The selected (or usual) properties of `object`, with its annotations.
Json projected(const Json& object, const std::vector<std::string>& select, const Shape& shape);
/// A single entity with its context.
Response entity_answer(const Call& call, const std::string& set, const Json& object,
                       const Shape& shape, unsigned status = 200);

struct PageRules {
  std::uint32_t usual = 100;
  std::uint32_t maximum = 999;
};

/// Filters, orders, pages and projects `items`. `project` turns a full object into what is shown.
Response list_answer(const Call& call, const std::string& set,
                     const std::vector<const Json*>& items,
                     const std::function<Json(const Json&)>& project, PageRules rules = {});
/// The same of `count` objects that `at` makes: without a filter and an order only those of a page.
Response list_answer(const Call& call, const std::string& set, std::size_t count,
                     const std::function<Json(std::size_t)>& at,
                     const std::function<Json(const Json&)>& project, PageRules rules = {});
Response list_answer(const Call& call, const std::string& set, const std::vector<Json>& items,
                     const Shape& shape, PageRules rules = {});

/// 400 Directory_ExpiredPageToken where the token of this request is too old.
void check_page_age(const Call& call);
/// "users(id,displayName)" where there is a $select, else "users".
std::string with_select(const Call& call, const std::string& set);
/// Body of a /$count request: needs ConsistencyLevel: eventual.
Response count_answer(const Call& call, std::size_t count);

}  // namespace graphsim
