#include "restore/selects.h"

#include "directory/attributes.h"
#include "store/known_extensions.h"
#include "store/unknown_properties.h"

namespace entrad::restore {
namespace {

std::string usable(const Context& context, const std::string& collection,
                   const std::string& select) {
  const auto unknown = store::unknown_properties(context.store.own_state(),
                                                 context.session.tenant().name, collection);
  return unknown ? directory::select_without(select, unknown->names) : select;
}

}  // namespace

std::string user_select(const Context& context) {
  const auto extensions =
      store::known_extensions(context.store.own_state(), context.session.tenant().name);
  return usable(context, "users", directory::user_select_with(extensions).select);
}

std::string group_select(const Context& context) {
  return usable(context, "groups", directory::group_select());
}

std::string administrative_unit_select(const Context& context) {
  return usable(context, "administrativeUnits", directory::administrative_unit_select());
}

}  // namespace entrad::restore
