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
constexpr std::size_t kIdLength = 36;
const std::string kNotes = "users";

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

// Gives the ids of the page.
base::Result<std::string> take_page(Sweep& sweep, std::string_view page) {
  base::Result<void> put;
  std::string ids;
  const auto on_each = [&](const base::Guid& user) {
    sweep.people().add(user);
    ids += user.str();
  };
  const auto on_changed = [&](const directory::Slice& slice) {
    if (put) put = put_user_object(sweep, slice);
  };
  const auto known = sweep.writer().known_answers(ObjectKind::user, Section::object);
  auto read = directory::for_each_changed(page, known, on_each, on_changed);
  sweep.progress().advance(ids.size() / kIdLength);
  if (!read) return base::pass(read);
  if (!put) return base::pass(put);
  return ids;
}

void take_note(Sweep& sweep, const std::string& ids) {
  for (std::size_t at = 0; at + kIdLength <= ids.size(); at += kIdLength)
    sweep.people().add(base::Guid::parse(ids.substr(at, kIdLength)).value());
  sweep.progress().advance(ids.size() / kIdLength);
}

base::Result<std::vector<std::string>> read_users(Sweep& sweep, const std::string& wanted) {
  const Sweep::NotedReader reader{[&](std::string_view page) { return take_page(sweep, page); },
                                  [&](const std::string& ids) { take_note(sweep, ids); },
                                  drop_nothing};
  return sweep.selecting("users", wanted, [&](const std::string& select) {
    return sweep.noted_pages(kNotes, graph::calls::list_users(select), reader);
  });
}

base::Result<std::uint64_t> count_users(Sweep& sweep) {
  return count_of(sweep, graph::calls::count_users(), "users");
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

base::Result<void> put_user_object(Sweep& sweep, const directory::Slice& slice) {
  if (is_veiled(slice)) return veiled(slice.id);
  auto put = sweep.writer().put_user(slice.id, summary_of(slice), slice.content);
  return put ? put_licenses(sweep, slice) : put;
}

base::unexpected<base::Error> users_unreadable(base::Error error) {
  if (is_denied(error)) error.hint = lacking(kPermission);
  return base::unexpected(std::move(error).within("read the users"));
}

std::string left_out(const std::vector<std::string>& dropped, const std::string& lacking) {
  std::string names;
  for (const std::string& name : dropped) names.append(names.empty() ? "" : ", ").append(name);
  if (names.empty()) return lacking;
  return "this cloud does not know " + names + (lacking.empty() ? "" : "; " + lacking);
}

void recall_swept_people(Sweep& sweep) {
  PageNotes(sweep.writer(), kNotes).for_each([&](const std::string& ids) {
    take_note(sweep, ids);
  });
  sweep.people().close();
}

base::Result<void> sweep_users(Sweep& sweep) {
  auto expected = count_users(sweep);
  if (expected) sweep.session().set_users(*expected);
  if (auto going = sweep.stopped(); !going) return going;
  sweep.progress().begin("users", expected ? *expected : 0);
  auto wanted = wanted_user_properties(sweep);
  if (!wanted) return base::pass(wanted);
  auto dropped = read_users(sweep, wanted->select);
  if (!dropped) return users_unreadable(std::move(dropped).error());
  sweep.people().close();
  const auto count = count_users(sweep);
  if (auto going = sweep.stopped(); !going) return going;
  decide(sweep, count, left_out(*dropped, wanted->lacking));
  return {};
}

}  // namespace entrad::backup
