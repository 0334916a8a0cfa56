// Authentication methods of one user. Facts: Microsoft's pages "List methods", "Create
// phoneMethod", "Create temporaryAccessPassMethod"; which types can be created comes from the CSDL.
#include <algorithm>
#include <chrono>
#include <regex>

#include "handlers.h"
#include "listing.h"
#include "user_rules.h"

namespace graphsim {
namespace {

constexpr const char* kEmailMethodId = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f";

const MethodType& type_in_path(const Call& call) {
  const MethodType* type = method_type(call.args.at(1));
  if (type == nullptr)
    throw GraphError(400, "BadRequest",
                     "Resource not found for the segment '" + call.args.at(1) + "'.");
  return *type;
}

void require(const Call& call, const MethodType& type, bool write) {
  const std::string one = "UserAuthMethod-" + std::string(type.permission);
  const bool allowed =
      write ? call.may("UserAuthenticationMethod.ReadWrite.All " + one + ".ReadWrite.All")
            : call.may(
                  "UserAuthenticationMethod.Read.All "
                  "UserAuthenticationMethod.ReadWrite.All " +
                  one + ".Read.All " + one + ".ReadWrite.All");
  if (!allowed) denied();
}

void refuse_options(const Call& call) {
  if (call.query.any_odata())
    throw GraphError(400, "badRequest",
                     "Query option is not supported for authentication methods.");
}

std::string set_of(const Call& call, std::string_view collection) {
  return "users('" + call.args.at(0) + "')/authentication/" + std::string(collection);
}

Json without_type(Json method) {
  method.erase("@odata.type");
  return method;
}

Response listed(const Call& call, std::string_view collection, Json value) {
  return json_answer(
      {{"@odata.context", call.context(set_of(call, collection))}, {"value", std::move(value)}});
}

[[noreturn]] void no_such_method() {
  throw GraphError(404, "resourceNotFound", "The requested authentication method was not found.");
}

/// Position in `methods` of the one named by the path.
std::size_t find_method(const std::vector<Json>& methods, std::string_view odata_type,
                        const std::string& id) {
  for (std::size_t i = 0; i < methods.size(); ++i)
    if (same_text(methods[i].at("id").get<std::string>(), id) &&
        (odata_type.empty() || methods[i].at("@odata.type") == odata_type))
      return i;
  no_such_method();
}

bool has_id(const std::vector<Json>& methods, std::string_view id) {
  return std::any_of(methods.begin(), methods.end(),
                     [&](const Json& m) { return m.at("id") == id; });
}

[[noreturn]] void bad_method(const std::string& code, const std::string& message) {
  throw GraphError(400, code, message);
}

void check_fields(const Json& body, std::initializer_list<const char*> allowed) {
  for (const auto& [name, value] : body.items())
    if (name.find('@') == std::string::npos &&
        std::none_of(allowed.begin(), allowed.end(),
                     [&, &key = name](const char* a) { return key == a; }))
      bad_method("badRequest", "Property '" + name + "' cannot be set.");
}

std::string text_of(const Json& body, const char* name) {
  const auto it = body.find(name);
  return it != body.end() && it->is_string() ? it->get<std::string>() : std::string();
}

void check_phone_number(const std::string& number) {
  static const std::regex kNumber(R"(^\+[1-9]\d{0,3} \d{4,15}(x\d{1,7})?$)");
  if (!std::regex_match(number, kNumber))
    bad_method("invalidPhoneNumber",
               "The phone number is not in the format +<country code> <number>x<extension>.");
}

Json new_phone(const Json& body, const std::vector<Json>& methods) {
  check_fields(body, {"phoneNumber", "phoneType"});
  const std::string type = text_of(body, "phoneType");
  const std::string id(phone_method_id(type));
  if (id.empty()) bad_method("badRequest", "The phone type is missing or unknown.");
  check_phone_number(text_of(body, "phoneNumber"));
  if (has_id(methods, id))
    bad_method("badRequest", "A phone method of this type already exists for the user.");
  if (type == "alternateMobile" && !has_id(methods, phone_method_id("mobile")))
    bad_method("badRequest", "An alternate mobile phone needs a mobile phone first.");
  return {{"id", id},
          {"phoneNumber", body["phoneNumber"]},
          {"phoneType", type},
          {"smsSignInState", type == "mobile" ? "ready" : "notSupported"}};
}

Json new_email(const Json& body, const std::vector<Json>& methods) {
  check_fields(body, {"emailAddress"});
  const std::string address = text_of(body, "emailAddress");
  if (address.find('@') == std::string::npos)
    bad_method("badRequest", "The email address is invalid.");
  if (has_id(methods, kEmailMethodId))
    bad_method("badRequest", "An email method already exists for the user.");
  return {{"id", kEmailMethodId}, {"emailAddress", address}};
}

std::string drawn_pass(Tenant& t) {
  const std::string digits = t.fresh_guid().digits();
  return digits.substr(0, 3) + "&%" + digits.substr(3, 5);
}

// A new pass replaces the old one; its code is shown only in this one answer.
Json new_pass(Call& call, const Json& body, std::vector<Json>& methods) {
  check_fields(body, {"lifetimeInMinutes", "isUsableOnce", "startDateTime"});
  const PassPolicy& policy = call.tenant.settings.passes;
  if (!policy.enabled)
    bad_method("badRequest", "Temporary Access Pass is not enabled by the tenant's policy.");
  const Json lifetime = body.value("lifetimeInMinutes", Json(policy.usual_minutes));
  if (!lifetime.is_number_integer() || lifetime < policy.least_minutes ||
      lifetime > policy.most_minutes)
    bad_method("badRequest", "lifetimeInMinutes must be between " +
                                 std::to_string(policy.least_minutes) + " and " +
                                 std::to_string(policy.most_minutes) + ".");
  const std::string now = iso_time(std::chrono::system_clock::now());
  std::erase_if(methods, [](const Json& m) {
    return m.at("@odata.type") == "#microsoft.graph.temporaryAccessPassAuthenticationMethod";
  });
  const std::string start = text_of(body, "startDateTime");
  return {{"id", call.tenant.fresh_guid().text()},
          {"temporaryAccessPass", drawn_pass(call.tenant)},
          {"createdDateTime", now},
          {"startDateTime", start.empty() ? now : start},
          {"lifetimeInMinutes", lifetime},
          {"isUsableOnce", policy.usable_once || body.value("isUsableOnce", false)},
          {"isUsable", true},
          {"methodUsabilityReason", "EnabledByPolicy"}};
}

Json new_external(Call& call, const Json& body) {
  check_fields(body, {"configurationId", "displayName"});
  if (!parse_guid(text_of(body, "configurationId")))
    bad_method("badRequest", "configurationId is required.");
  return {{"id", call.tenant.fresh_guid().text()},
          {"configurationId", body["configurationId"]},
          {"displayName", "Sample external MFA"},
          {"createdDateTime", iso_time(std::chrono::system_clock::now())}};
}

Json new_method(Call& call, const MethodType& type, const Json& body, std::vector<Json>& methods) {
  if (type.collection == "phoneMethods") return new_phone(body, methods);
  if (type.collection == "emailMethods") return new_email(body, methods);
  if (type.collection == "temporaryAccessPassMethods") return new_pass(call, body, methods);
  return new_external(call, body);
}

void audit(Call& call, UserIndex user, const char* activity) {
  call.tenant.audit.write(activity, call.actor(), {call.tenant.target(user)});
}

[[noreturn]] void not_allowed() {
  throw GraphError(405, "Request_BadRequest",
                   "Specified HTTP method is not allowed for the request target.");
}

}  // namespace

Response list_methods(Call& call) {
  refuse_options(call);
  return listed(call, "methods", call.tenant.methods.of(call.user()));
}

Response get_method(Call& call) {
  const auto methods = call.tenant.methods.of(call.user());
  Json body = methods[find_method(methods, "", call.args.at(1))];
  body["@odata.context"] = call.context(set_of(call, "methods") + "/$entity");
  return json_answer(std::move(body));
}

Response list_typed_methods(Call& call) {
  const MethodType& type = type_in_path(call);
  require(call, type, false);
  refuse_options(call);
  Json value = Json::array();
  for (Json& method : call.tenant.methods.of(call.user()))
    if (method.at("@odata.type") == type.odata_type) value.push_back(without_type(method));
  return listed(call, type.collection, std::move(value));
}

Response get_typed_method(Call& call) {
  const MethodType& type = type_in_path(call);
  require(call, type, false);
  const auto methods = call.tenant.methods.of(call.user());
  Json body = without_type(methods[find_method(methods, type.odata_type, call.args.at(2))]);
  body["@odata.context"] = call.context(set_of(call, type.collection) + "/$entity");
  return json_answer(std::move(body));
}

Response create_method(Call& call) {
  const MethodType& type = type_in_path(call);
  if (!type.creatable) not_allowed();
  require(call, type, true);
  const UserIndex user = call.user();
  check_sensitive(call, user);
  std::vector<Json> methods = call.tenant.methods.of(user);
  Json made = new_method(call, type, call.body(), methods);
  made["@odata.type"] = type.odata_type;
  methods.push_back(made);
  if (made.contains("temporaryAccessPass")) methods.back()["temporaryAccessPass"] = nullptr;
  call.tenant.methods.set(user, std::move(methods));
  audit(call, user, "Admin registered security info");
  made.erase("@odata.type");
  made["@odata.context"] = call.context(set_of(call, type.collection) + "/$entity");
  return json_answer(std::move(made), 201);
}

Response update_method(Call& call) {
  const MethodType& type = type_in_path(call);
  const bool phone = type.collection == "phoneMethods";
  if (!phone && type.collection != "emailMethods") not_allowed();
  require(call, type, true);
  const UserIndex user = call.user();
  check_sensitive(call, user);
  std::vector<Json> methods = call.tenant.methods.of(user);
  Json& method = methods[find_method(methods, type.odata_type, call.args.at(2))];
  const Json body = call.body();
  if (phone)
    check_fields(body, {"phoneNumber", "phoneType"});
  else
    check_fields(body, {"emailAddress"});
  if (phone && body.contains("phoneNumber")) check_phone_number(text_of(body, "phoneNumber"));
  if (phone && body.contains("phoneType") && body["phoneType"] != method["phoneType"])
    bad_method("badRequest", "The phone type of a method cannot be changed.");
  method.update(body);
  call.tenant.methods.set(user, std::move(methods));
  audit(call, user, "Admin updated security info");
  return no_content();
}

Response delete_method(Call& call) {
  const MethodType& type = type_in_path(call);
  if (!type.deletable) not_allowed();
  require(call, type, true);
  const UserIndex user = call.user();
  check_sensitive(call, user);
  std::vector<Json> methods = call.tenant.methods.of(user);
  const std::size_t at = find_method(methods, type.odata_type, call.args.at(2));
  if (same_text(call.args.at(2), phone_method_id("mobile")) &&
      has_id(methods, phone_method_id("alternateMobile")))
    bad_method("badRequest", "Delete the alternate mobile phone before the mobile phone.");
  methods.erase(methods.begin() + static_cast<std::ptrdiff_t>(at));
  call.tenant.methods.set(user, std::move(methods));
  audit(call, user, "Admin deleted security info");
  return no_content();
}

Response switch_sms_sign_in(Call& call) {
  const std::string path(call.request.path());
  const bool enable = ends_with_text(path, "/enableSmsSignIn");
  if (!same_text(call.args.at(1), phone_method_id("mobile")))
    bad_method("badRequest", "SMS sign-in is for the mobile phone only.");
  const UserIndex user = call.user();
  check_sensitive(call, user);
  std::vector<Json> methods = call.tenant.methods.of(user);
  Json& method =
      methods[find_method(methods, "#microsoft.graph.phoneAuthenticationMethod", call.args.at(1))];
  method["smsSignInState"] = enable ? "ready" : "notEnabled";
  call.tenant.methods.set(user, std::move(methods));
  audit(call, user, "Admin updated security info");
  return Response{};
}

}  // namespace graphsim
