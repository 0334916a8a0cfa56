// The users themselves: their attributes, and whether all of them were seen.
#include "backup/sweep.h"
#include "base/text.h"
#include "directory/attributes.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::ErrorKind;

constexpr std::string_view kPermission = "User.Read.All";

store::UserSummary summary_of(const directory::Slice& slice) {
  store::UserSummary out;
  out.display_name = slice.text("displayName");
  out.user_principal_name = slice.text("userPrincipalName");
  out.mail = slice.text("mail");
  out.user_type = slice.text("userType");
  out.account_enabled = slice.is_true("accountEnabled");
  out.on_premises_synced = slice.is_true("onPremisesSyncEnabled");
  return out;
}

// Every user has a name and is enabled or not. Graph answers 200 with nulls where a permission for
// the rest is missing (see "Limited information" in its permissions reference): that is no content.
bool is_veiled(const directory::Slice& slice) {
  return slice.text("userPrincipalName").empty() ||
         slice.content.find(R"("accountEnabled":null)") != std::string::npos;
}

base::unexpected<base::Error> veiled(const base::Guid& user) {
  return base::fail(ErrorKind::permission_denied,
                    "graph does not show the attributes of user " + user.str());
}

base::Result<void> put_page(Sweep& sweep, std::string_view page) {
  base::Result<void> put;
  std::uint64_t objects = 0;
  auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
    if (!put) return;
    if (is_veiled(slice)) {
      put = veiled(slice.id);
      return;
    }
    put = sweep.writer().put_user(slice.id, summary_of(slice), slice.content);
    if (put) put = put_licenses(sweep, slice);
    sweep.people().add(slice.id);
    ++objects;
  });
  sweep.progress().advance(objects);
  return read ? put : read;
}

// Without this permission there is nothing to back up, so that the whole backup says so.
base::unexpected<base::Error> unreadable(base::Error error) {
  if (is_denied(error)) error.hint = lacking(kPermission);
  return base::unexpected(std::move(error).within("read the users"));
}

std::string left_out(const std::vector<std::string>& dropped, const std::string& lacking) {
  std::string names;
  for (const std::string& name : dropped) names.append(names.empty() ? "" : ", ").append(name);
  if (names.empty()) return lacking;
  return "this cloud does not know " + names + (lacking.empty() ? "" : "; " + lacking);
}

// Whoever was not seen is gone, but only if Graph showed us all.
void decide(Sweep& sweep, const base::Result<std::uint64_t>& count, const std::string& note) {
  const std::uint64_t seen = sweep.people().size();
  if (count && agree(seen, *count)) {
    sweep.found().users_complete = true;
    sweep.writer().mark_swept(ObjectKind::user);
    return sweep.writer().mark(Section::object, Completeness::complete, note);
  }
  const std::string reason =
      count ? "read " + counted(seen, "user") + " but graph counts " + std::to_string(*count)
            : "graph would not count the users: " + count.error().message;
  sweep.writer().mark(Section::object, Completeness::partial,
                      note.empty() ? reason : reason + "; " + note);
}

}  // namespace

base::Result<std::uint64_t> count_users(Sweep& sweep) {
  return count_of(sweep, graph::calls::count_users(), "users");
}

base::Result<void> sweep_users(Sweep& sweep) {
  auto expected = count_users(sweep);
  if (expected) sweep.session().set_users(*expected);
  if (auto going = sweep.stopped(); !going) return going;
  sweep.progress().begin("users", expected ? *expected : 0);
  auto wanted = wanted_user_properties(sweep);
  if (!wanted) return base::pass(wanted);
  auto dropped = sweep.pages_selecting(
      "users", wanted->select, graph::calls::list_users,
      [&](std::string_view page) { return put_page(sweep, page); }, drop_nothing);
  if (!dropped) return unreadable(std::move(dropped).error());
  sweep.people().close();
  const auto count = count_users(sweep);
  if (auto going = sweep.stopped(); !going) return going;
  decide(sweep, count, left_out(*dropped, wanted->lacking));
  return {};
}

}  // namespace entrad::backup
