// What of a user's own attributes is written, and the bodies for Graph.
#include "restore/compare/compare_object.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace entrad::restore {
namespace {

using api::Failure;
using directory::Change;
using directory::Restorable;
using nlohmann::json;

Failure impossible(std::string message, std::string hint) {
  return {"graphRefused", std::move(message), std::move(hint)};
}

bool has_name(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(), [&name](const std::string& one) {
    return base::ascii_lower(one) == base::ascii_lower(name);
  });
}

// Whether the request asks for this attribute of a live user.
bool is_asked(const api::RestoreRequest& request, const Change& change) {
  if (request.block_sign_in && change.attribute == "accountEnabled") return true;
  if (!request.as_new.empty()) return true;
  if (!request.with_object) return false;
  if (!request.attributes.empty() && !has_name(request.attributes, change.attribute)) return false;
  return request.attribute_mode == api::AttributeMode::overwrite ||
         directory::is_blank(change.from);
}

// Graph derives the primary address from `mail`; further ones belong to Exchange.
Failure missing_aliases(const Change& change) {
  std::string aliases;
  for (const json& address : change.to) {
    const bool there =
        std::find(change.from.begin(), change.from.end(), address) != change.from.end();
    if (!there) aliases += (aliases.empty() ? "" : ", ") + address.get<std::string>();
  }
  return impossible(
      "mail aliases (proxyAddresses) differ and are not written through Microsoft Graph",
      aliases.empty() ? "remove the extra ones with Exchange Online: Set-Mailbox "
                        "-EmailAddresses"
                      : "add with Exchange Online, Set-Mailbox -EmailAddresses: " + aliases);
}

bool is_in(const json& addresses, const std::string& address) {
  return std::any_of(addresses.begin(), addresses.end(), [&address](const json& one) {
    return one.is_string() && base::ascii_lower(one.get<std::string>()) == address;
  });
}

// The recycle bin gives a user back without the address that is another one's by now, and `mail`
// still names it.
void tell_dropped_address(const json& live, const json& wanted, Todo& todo) {
  const std::string mail =
      base::ascii_lower(wanted.value("mail", json("")).is_string() ? wanted.value("mail", "") : "");
  const std::string address = "smtp:" + mail;
  const auto none = json::array();
  if (mail.empty() || !is_in(wanted.value("proxyAddresses", none), address) ||
      is_in(live.value("proxyAddresses", none), address))
    return;
  todo.problems.push_back(impossible(
      "the mail address " + mail + " is another user's by now, and the user came without it",
      "take it from that user, or give this one another, with Exchange Online: Set-Mailbox "
      "-EmailAddresses"));
}

Failure lost_extension(const std::string& name) {
  return impossible(
      "the directory extension " + name + " is defined by no application of the tenant any more",
      "define it again on its application, run a backup, then restore with --attributes " + name);
}

// An extension that the snapshot does not have is left as it is, unless it is asked for by name.
std::vector<Change> changes_of(const std::vector<std::string>& names, const json& live,
                               const json& wanted) {
  json named;
  for (const std::string& name : names)
    if (directory::is_extension(name) && !wanted.contains(name)) named[name] = nullptr;
  auto changes = directory::compare_objects(live, wanted);
  if (!named.is_null())
    for (Change& change : directory::compare_objects(live, named))
      changes.push_back(std::move(change));
  return changes;
}

bool signs_in(const Sections& wanted) {
  return wanted.object.get().value("accountEnabled", json(true)) != false;
}

// A user who will hold an admin role is created with sign-in blocked.
bool sign_in_waits(const Sections& wanted) {
  const auto is_active = [](const RoleSchedule& one) { return !one.eligible && !one.has_ended; };
  return (wanted.roles && !wanted.roles->empty()) ||
         (wanted.schedules &&
          std::any_of(wanted.schedules->begin(), wanted.schedules->end(), is_active));
}

}  // namespace

void compare_object(const api::RestoreRequest& request, const Sections& wanted, const Live& live,
                    const Targets& targets, const History& history, Todo& todo) {
  if (live.sections.object.is_surely(wanted.object)) return;
  const json& is = live.sections.object.get();
  const json& shall = wanted.object.get();
  if (request.drop_taken_addresses && live.where == Where::live)
    tell_dropped_address(is, shall, todo);
  for (Change& change : changes_of(request.attributes, is, shall)) {
    // In the recycle bin Graph prefixes the name with the object id, and takes that off again.
    const bool bin_name = todo.restore_from_bin && change.attribute == "userPrincipalName";
    if (!is_asked(request, change) || bin_name || history.given_up.contains(key_of(change)))
      continue;
    if (directory::is_extension(change.attribute) && !targets.has_extension(change.attribute)) {
      todo.problems.push_back(lost_extension(change.attribute));
    } else if (change.attribute == "proxyAddresses") {
      todo.problems.push_back(missing_aliases(change));
    } else if (change.restorable == Restorable::elsewhere) {
      todo.problems.push_back(
          impossible(change.attribute + " differs and is not written through Microsoft Graph",
                     "set it with " + change.tool + " to " + base::json_text(change.to)));
    } else if (change.attribute == "accountEnabled" && change.to == true && history.created &&
               sign_in_waits(wanted)) {
      todo.enable = std::move(change);
    } else if (change.restorable == Restorable::yes || change.restorable == Restorable::sensitive) {
      todo.changes.push_back(std::move(change));
    }
  }
}

void tell_lost_extensions(const Sections& wanted, const Targets& targets, Todo& todo) {
  for (const std::string& name : wanted.object.names("extension_"))
    if (directory::is_extension(name) && !targets.has_extension(name))
      todo.problems.push_back(lost_extension(name));
}

std::optional<Change> enabled_later(const Sections& wanted, const History& history) {
  Change change;
  change.attribute = "accountEnabled";
  change.from = false;
  change.to = true;
  if (!sign_in_waits(wanted) || !signs_in(wanted) || history.given_up.contains(key_of(change)))
    return std::nullopt;
  return change;
}

bool signs_in_at_once(const Sections& wanted) { return signs_in(wanted) && !sign_in_waits(wanted); }

json create_body(const json& wanted_object, bool account_enabled, const Targets* extensions) {
  json body = json::object();
  for (const auto& attribute : directory::user_attributes()) {
    const bool written = attribute.restorable == Restorable::yes ||
                         attribute.restorable == Restorable::sensitive ||
                         attribute.restorable == Restorable::at_create_only;
    const auto value = wanted_object.find(std::string(attribute.name));
    if (!written || value == wanted_object.end() || value->is_null()) continue;
    if ((value->is_array() || value->is_object()) && value->empty()) continue;
    body[std::string(attribute.name)] = *value;
  }
  if (extensions != nullptr)
    for (const auto& [name, value] : wanted_object.items())
      if (directory::is_extension(name) && !value.is_null() && extensions->has_extension(name))
        body[name] = value;
  body["accountEnabled"] = account_enabled;
  if (!body.contains("mailNickname")) {
    const std::string name = body.value("userPrincipalName", "");
    body["mailNickname"] = name.substr(0, name.find('@'));
  }
  return body;
}

json patch_body(const std::vector<Change>& changes) {
  json body = json::object();
  for (const Change& change : changes) body[change.attribute] = change.to;
  return body;
}

}  // namespace entrad::restore
