// Sponsors, photos, directory extensions, applications and their owners. Facts: Microsoft's pages
// "List sponsors", "Get profilePhoto", "getAvailableExtensionProperties", "List applications" and
// "List owners".
#include <algorithm>

#include "guid.h"
#include "handlers.h"
#include "objects.h"
#include "user_links.h"

namespace graphsim {
namespace {

const Shape kApplicationShape{"microsoft.graph.application",
                              "id deletedDateTime appId displayName createdDateTime signInAudience "
                              "publisherDomain identifierUris appRoles tags",
                              ""};

Response page_of(Call& call, const std::string& set, const std::vector<Json>& objects) {
  std::vector<const Json*> items;
  for (const Json& o : objects) items.push_back(&o);
  return list_answer(call, set, items, [](const Json& o) { return o; });
}

Json application_json(const Tenant& t, const ServicePrincipal& p) {
  return {{"id", application_id(p)},
          {"deletedDateTime", nullptr},
          {"appId", p.app_id},
          {"displayName", p.name},
          {"createdDateTime", "2023-03-03T00:00:00Z"},
          {"signInAudience", "AzureADMyOrg"},
          {"publisherDomain", t.origins.initial_domain},
          {"identifierUris", Json::array()},
          {"appRoles", service_principal_json(p, t)["appRoles"]},
          {"tags", Json::array()}};
}

bool shows_owner(Call& call, const std::string& object, UserIndex owner) {
  return call.tenant.is_visible(owner) &&
         !call.tenant.replication.misread(owner_key(object, owner));
}

std::vector<Json> owners_of(Call& call, const std::string& object, const ObjectView& view) {
  std::vector<Json> out;
  for (const UserIndex owner : call.tenant.extras.owners(object))
    if (shows_owner(call, object, owner)) out.push_back(view.user(owner));
  return out;
}

std::string etag_of(const std::string& bytes) {
  std::uint64_t hash = hash_text(bytes);
  char text[20];
  std::snprintf(text, sizeof text, "%016llX", static_cast<unsigned long long>(hash));
  return "W/\"" + std::string(text) + "\"";
}

const std::string& photo_of(Call& call, std::optional<std::string>& photo) {
  photo = call.tenant.extras.photo(call.user());
  if (photo) return *photo;
  throw GraphError(
      404, "ImageNotFound",
      "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' "
      "was thrown.");
}

}  // namespace

std::string application_id(const ServicePrincipal& p) {
  return derived_guid(hash_text(p.app_id), 0, 0x5d).text();
}

const ServicePrincipal& called_application(const Call& call) {
  for (const ServicePrincipal& p : call.tenant.service_principals)
    if (same_text(application_id(p), call.args.at(0)) || same_text(p.app_id, call.args.at(0)))
      return p;
  not_found(call.args.at(0));
}

const ServicePrincipal& called_service_principal(const Call& call) {
  const ServicePrincipal* p = call.tenant.service_principal(call.args.at(0));
  if (p == nullptr) not_found(call.args.at(0));
  return *p;
}

std::uint64_t owner_key(const std::string& object, UserIndex owner) {
  return link_key(kApplicationOwnerLink, hash_text(object) >> 32, owner);
}

std::uint64_t sponsor_key(UserIndex user, const std::string& sponsor) {
  return link_key(kSponsorLink, user, hash_text(sponsor) >> 32);
}

std::vector<Json> sponsors_of(Call& call, UserIndex user, const ObjectView& view) {
  std::vector<Json> out;
  for (const std::string& id : call.tenant.extras.sponsors(user)) {
    if (call.tenant.replication.misread(sponsor_key(user, id))) continue;
    const auto sponsor = call.tenant.users.find_id(id);
    if (sponsor && call.tenant.is_visible(*sponsor)) out.push_back(view.user(*sponsor));
    if (const auto group = call.tenant.containers.find(id)) out.push_back(view.container(*group));
  }
  return out;
}

std::vector<Json> owned_applications(Call& call, UserIndex user, const ObjectView& view) {
  std::vector<Json> out;
  const auto owns = [&](const std::string& object) {
    const auto owners = call.tenant.extras.owners(object);
    return std::find(owners.begin(), owners.end(), user) != owners.end() &&
           shows_owner(call, object, user);
  };
  for (const ServicePrincipal& p : call.tenant.service_principals) {
    if (owns(p.id)) out.push_back(view.service_principal(p));
    if (!owns(application_id(p))) continue;
    Json shown =
        projected(application_json(call.tenant, p), call.query.select(), kApplicationShape);
    shown["@odata.type"] = "#microsoft.graph.application";
    shown["id"] = application_id(p);
    out.push_back(std::move(shown));
  }
  return out;
}

void expand_owners(Call& call, const std::string& object, Json& into) {
  for (const Expansion& expansion : call.query.expand()) {
    if (!same_text(expansion.relation, "owners"))
      throw GraphError(400, "BadRequest",
                       "Parsing OData Select and Expand failed: Could not find a property named '" +
                           expansion.relation + "'.");
    const ObjectView view(call, expansion.select);
    std::vector<Json> owners;
    if (const auto group = call.tenant.containers.find(object)) {
      for (const UserIndex owner : call.tenant.containers.at(*group).owners)
        if (call.tenant.is_visible(owner)) owners.push_back(view.user(owner));
    } else {
      owners = owners_of(call, object, view);
    }
    owners.resize(std::min(owners.size(), kExpandLimit));
    into["owners"] = owners;
  }
}

Response list_sponsors(Call& call) {
  const UserIndex user = call.user();
  return page_of(call, "directoryObjects", sponsors_of(call, user, ObjectView(call)));
}

Response get_photo(Call& call) {
  std::optional<std::string> photo;
  const std::string etag = etag_of(photo_of(call, photo));
  return json_answer(
      {{"@odata.context", call.context("users('" + call.args.at(0) + "')/photo/$entity")},
       {"@odata.mediaContentType", "image/jpeg"},
       {"@odata.mediaEtag", etag},
       {"id", "648x648"},
       {"height", 648},
       {"width", 648}});
}

Response get_photo_bytes(Call& call) {
  std::optional<std::string> photo;
  Response out;
  out.text = photo_of(call, photo);
  out.headers["Content-Type"] = "image/jpeg";
  if (call.request.in_batch) out.text = base64(out.text);
  return out;
}

Response list_available_extensions(Call& call) {
  const Json body = call.body();
  for (const auto& [name, value] : body.items())
    if (name != "isSyncedFromOnPremises" || !(value.is_boolean() || value.is_null()))
      throw GraphError(400, "BadRequest", "The parameter '" + name + "' is not a valid parameter.");
  Json rows = Json::array();
  for (const Extension& e : call.tenant.extras.extensions())
    rows.push_back({{"id", derived_guid(hash_text(e.name), 0, 1).text()},
                    {"deletedDateTime", nullptr},
                    {"appDisplayName", "People Data"},
                    {"dataType", "String"},
                    {"isMultiValued", e.multi_valued},
                    {"isSyncedFromOnPremises", false},
                    {"name", e.name},
                    {"targetObjects", Json::array({"User"})}});
  return json_answer(
      {{"@odata.context", call.context("Collection(microsoft.graph.extensionProperty)")},
       {"value", std::move(rows)}});
}

Response list_applications(Call& call) {
  check_select(call, kApplicationShape);
  std::vector<Json> all;
  for (const ServicePrincipal& p : call.tenant.service_principals)
    all.push_back(application_json(call.tenant, p));
  std::vector<const Json*> items;
  for (const Json& one : all) items.push_back(&one);
  return list_answer(call, "applications", items, [&](const Json& one) {
    Json shown = projected(one, call.query.select(), kApplicationShape);
    expand_owners(call, one["id"].get<std::string>(), shown);
    return shown;
  });
}

Response get_application(Call& call) {
  return entity_answer(call, "applications",
                       application_json(call.tenant, called_application(call)), kApplicationShape);
}

Response list_application_owners(Call& call) {
  const std::string id = application_id(called_application(call));
  return page_of(call, "directoryObjects", owners_of(call, id, ObjectView(call)));
}

Response list_service_principal_owners(Call& call) {
  const std::string id = called_service_principal(call).id;
  return page_of(call, "directoryObjects", owners_of(call, id, ObjectView(call)));
}

}  // namespace graphsim
