// How users were deleted: from the recycle bin, which says when, and the audit log, which says by
// whom. Put for users who are gone in this snapshot, after all else is known of them.
#include <map>

#include "backup/sweep.h"
#include "base/json.h"
#include "directory/audit_rows.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::Deletion;
using nlohmann::json;

constexpr std::size_t kPage = 1'000;

struct Bin {
  std::map<Guid, std::string> users;  // user -> deletedDateTime
  std::string miscounted;             // why not all may have been seen
};

base::Result<Bin> read_bin(Sweep& sweep) {
  sweep.progress().begin("recycle bin", 0);
  Bin found;
  auto& bin = found.users;
  const auto take_page = [&](std::string_view page) {
    const std::size_t before = bin.size();
    auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
      bin.insert_or_assign(slice.id, std::string(slice.text("deletedDateTime")));
    });
    sweep.progress().advance(bin.size() - before);
    return read;
  };
  auto done = sweep.pages(graph::calls::list_deleted_users("id,deletedDateTime"), take_page,
                          [&bin] { bin.clear(); });
  if (!done) return base::pass(done, "read the recycle bin");
  found.miscounted =
      disagreement(sweep, graph::calls::count_deleted_users(), "deleted user", bin.size());
  return found;
}

class Deletions {
 public:
  Deletions(Sweep& sweep, const Bin& bin) : sweep_(sweep), bin_(bin) {}

  // Whoever was there in the snapshot before, and whoever was gone then: some come back.
  base::Result<void> put() {
    if (!sweep_.found().parent) return {};
    base::Result<void> done;
    sweep_.store().snapshots().for_each(sweep_.tenant(), *sweep_.found().parent, ObjectKind::user,
                                        [&](const Guid& user) {
                                          if (!is_here(user)) done = put_gone(user);
                                          return done.has_value();
                                        });
    return done ? put_those_gone_before() : done;
  }

 private:
  bool is_here(const Guid& user) const { return sweep_.people().index(user).has_value(); }

  base::Result<void> put_those_gone_before() {
    store::UserQuery query;
    query.deleted = true;
    query.sort = store::UserSort::id;
    query.limit = kPage;
    do {
      auto page = sweep_.store().snapshots().users(sweep_.tenant(), *sweep_.found().parent, query);
      if (!page) return base::pass(page);
      for (const api::UserRow& row : page->users) {
        const auto user = Guid::parse(row.id);
        if (!user) continue;
        if (auto done = is_here(*user) ? put_back(*user) : put_gone(*user); !done) return done;
      }
      query.cursor = page->cursor.value_or("");
    } while (!query.cursor.empty());
    return {};
  }

  base::Result<void> put_back(const Guid& user) {
    const auto before = known_before(sweep_, user, Section::deletion);
    if (!before || *before == "null") return {};
    return put_content(user, directory::deletion_section(std::nullopt));
  }

  base::Result<void> put_gone(const Guid& user) {
    const auto before = known_before(sweep_, user, Section::deletion);
    const auto known = before ? directory::read_deletion(*before) : std::nullopt;
    const bool news = sweep_.found().deletions.contains(user) || bin_.users.contains(user);
    if (known && known->hard && !news) return {};  // long gone
    const auto deletion = deletion_of(user, known);
    if (!deletion) return {};
    std::string content = directory::deletion_section(deletion);
    if (before && *before == content) return {};
    return put_content(user, content);
  }

  base::Result<void> put_content(const Guid& user, std::string_view content) {
    return sweep_.writer().put(ObjectKind::user, user, Section::deletion, content);
  }

  // nullopt: the user may be there, and was only not seen.
  std::optional<Deletion> deletion_of(const Guid& user, std::optional<Deletion> known) const {
    for (const Deletion& event : events_of(user)) known = after(known, event);
    const auto binned = bin_.users.find(user);
    if (binned != bin_.users.end()) {
      if (!known || known->hard) known = Deletion{};
      known->hard = false;
      known->time = binned->second;
      return known;
    }
    const bool sure = sweep_.found().users_complete && bin_.miscounted.empty();
    if (!sure) return known;
    if (!known) known = Deletion{};
    known->hard = true;
    return known;
  }

  // Who moved it to the bin is who deleted it, not who emptied the bin.
  static Deletion after(const std::optional<Deletion>& known, const Deletion& event) {
    if (!event.hard || !known || known->deleted_by.is_null()) return event;
    Deletion out = *known;
    out.hard = true;
    return out;
  }

  // What the log told this time; else what the store has of it: it may have come with a snapshot
  // that still saw the user.
  std::vector<Deletion> events_of(const Guid& user) const {
    const auto& told = sweep_.found().deletions;
    if (const auto found = told.find(user); found != told.end()) return found->second;
    const auto rows = sweep_.store().snapshots().last_content(
        sweep_.tenant(), *sweep_.found().parent, ObjectKind::user, user, Section::audit);
    std::vector<Deletion> events;
    if (!rows) return events;
    for (const json& row : base::read_json(*rows))
      if (const auto deletion = directory::deletion_in(row)) events.push_back(*deletion);
    return events;
  }

  Sweep& sweep_;
  const Bin& bin_;
};

}  // namespace

base::Result<void> sweep_deletions(Sweep& sweep) {
  const auto bin = read_bin(sweep);
  if (!bin && !is_denied(bin.error())) return base::unexpected(bin.error());
  if (!bin) {
    sweep.writer().mark(Section::deletion, Completeness::absent, lacking("User.Read.All"));
    return {};
  }
  if (auto put = Deletions(sweep, *bin).put(); !put) return put;
  std::string why = bin->miscounted;
  if (const std::string& no_audit = sweep.found().why_no_audit; !no_audit.empty())
    why += (why.empty() ? "" : "; ") + std::string("who deleted whom is unknown: ") + no_audit;
  sweep.writer().mark(Section::deletion,
                      why.empty() ? Completeness::complete : Completeness::partial, why);
  return {};
}

}  // namespace entrad::backup
