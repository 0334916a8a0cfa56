// Sponsors, from the list of users with each one's sponsors expanded. Graph expands 20 at most and
// says nothing of more, so that whoever has 20 is asked for alone.
#include "backup/links.h"
#include "backup/many_lists.h"
#include "base/json.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::Link;
using nlohmann::json;

struct Sponsors {
  UserLinks links;
  std::vector<bool> answered;
  std::vector<People::Index> cut;  // who may have more than Graph expanded
};

// Sponsors are users and groups.
std::optional<Link> sponsor_of(const json& row) {
  const auto id = Guid::parse(text_of(row, "id"));
  if (!id) return std::nullopt;
  const bool group = text_of(row, "@odata.type") == "#microsoft.graph.group";
  return Link{*id, group ? ObjectKind::group : ObjectKind::user};
}

void add(UserLinks& links, People::Index user, const json& row) {
  if (const auto sponsor = sponsor_of(row)) links.of_users.emplace_back(user, links.add(*sponsor));
}

void take(const directory::Slice& slice, const People& people, Sponsors& out) {
  const auto user = people.index(slice.id);
  const std::string list = slice.part("sponsors");
  if (!user || !list.starts_with('[')) return;
  out.answered[*user] = true;
  if (list == "[]") return;
  const json rows = base::read_json(list);
  if (rows.size() >= graph::calls::kMostExpanded) {
    out.cut.push_back(*user);
    return;
  }
  for (const json& row : rows) add(out.links, *user, row);
}

base::Result<void> read_rest(Sweep& sweep, Sponsors& sponsors) {
  const auto& users = sweep.people().ids();
  const auto& cut = sponsors.cut;
  UserLinks& links = sponsors.links;
  ListTaker taker;
  taker.request = [&](std::size_t i) { return graph::calls::list_sponsors_of(users[cut[i]]); };
  taker.on_row = [&](std::size_t i, const json& row) { add(links, cut[i], row); };
  taker.on_discard = [&](std::size_t i) {
    std::erase_if(links.of_users, [&](const auto& link) { return link.first == cut[i]; });
  };
  taker.on_end = [&](std::size_t i, const base::Result<void>& read) -> base::Result<void> {
    if (!read) links.unread_users.insert(cut[i]);
    return {};
  };
  return read_lists(sweep, cut.size(), taker);
}

base::Result<Sponsors> read(Sweep& sweep) {
  const std::size_t users = sweep.people().size();
  sweep.progress().begin("sponsors", users);
  Sponsors sponsors;
  const auto forget = [&] { sponsors = {{}, std::vector<bool>(users), {}}; };
  forget();
  const auto take_page = [&](std::string_view page) {
    std::uint64_t objects = 0;
    auto sliced = directory::for_each_object(page, [&](const directory::Slice& slice) {
      take(slice, sweep.people(), sponsors);
      ++objects;
    });
    sweep.progress().advance(objects);
    return sliced;
  };
  if (auto done = sweep.pages(graph::calls::list_sponsors(), take_page, forget); !done)
    return base::pass(done, "read the sponsors");
  if (auto rest = read_rest(sweep, sponsors); !rest) return base::pass(rest, "read the sponsors");
  for (People::Index i = 0; i < users; ++i)
    if (!sponsors.answered[i]) sponsors.links.unread_users.insert(i);
  return sponsors;
}

// A cloud that does not know sponsors refuses the request.
base::Result<void> absent(Sweep& sweep, const base::Error& error) {
  const bool denied = is_denied(error);
  if (!denied && error.kind != base::ErrorKind::graph_refused) return base::unexpected(error);
  sweep.writer().mark(Section::sponsors, Completeness::absent,
                      denied ? lacking("User.Read.All") : error.message);
  return {};
}

}  // namespace

base::Result<void> sweep_sponsors(Sweep& sweep) {
  auto sponsors = read(sweep);
  if (!sponsors) return absent(sweep, sponsors.error());
  UserLinks& links = sponsors->links;
  if (auto put = put_links(sweep, Section::sponsors, links); !put) return put;
  const bool all = links.unread_users.empty();
  sweep.writer().mark(
      Section::sponsors, all ? Completeness::complete : Completeness::partial,
      all ? "" : "those of " + counted(links.unread_users.size(), "user") + " could not be read");
  return {};
}

}  // namespace entrad::backup
