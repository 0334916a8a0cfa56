// The catalogue as Markdown.
#include "directory/attributes.h"

namespace entrad::directory {
namespace {

constexpr std::string_view kTop =
    R"(# What of a user is backed up

Made from the catalogue in [attributes.cpp](attributes.cpp); a test says how to make it anew when
it is not true any more.

- backed up: `yes`: with every sweep, in the section `object`; `own`: needs the permission that is
  named, is asked for in a request of its own and only if permitted, and is kept in the section
  `restrictedAttributes`; `no`: the note says why.
- compared: a restore and a comparison look at it.
- restored: `PATCH`: with the other plain attributes; `PATCH alone`: sensitive, refused on admins
  unless the app registration holds a directory role; a tool: use that; `no`: read-only.
- limit: characters; values x characters of a collection.
- A `*` says that Active Directory owns it of synced users, and that it is restored there.

Attributes that Graph sends and this table does not name are kept as Graph sent them. So are
directory extensions (`extension_{appId}_{name}`): their names are asked for with
`getAvailableExtensionProperties`, which needs Directory.Read.All and answers with nothing in tenants
of more than 1,000 service principals; they are named in the same sweep, kept in the section `object`,
compared, and restored with PATCH, or with the create of a user. One that is set now and not in the
snapshot may not have been known then: it stays, unless `--attributes` names it. Open extensions (`extensions`) are not kept: only a request for each user shows them.

| attribute | type | backed up | compared | restored | limit | sensitive | note |
|---|---|---|---|---|---|---|---|
)";

std::string_view yes_or_no(bool is_so) { return is_so ? "yes" : "no"; }

std::string backed_up(const Attribute& row) {
  if (row.backup == Backup::on_its_own)
    return "own: " + std::string(row.permission.substr(0, row.permission.find('|')));
  return std::string(yes_or_no(row.backup == Backup::with_all));
}

std::string restored(const Attribute& row) {
  const std::string mark = row.mastered_on_premises ? " *" : "";
  switch (row.restorable) {
    case Restorable::yes:
      return "PATCH" + mark;
    case Restorable::sensitive:
      return "PATCH alone" + mark;
    case Restorable::at_create_only:
      return "at creation" + mark;
    case Restorable::elsewhere:
      return std::string(row.tool) + mark;
    case Restorable::no:
      break;
  }
  return "no";
}

std::string limit(const Attribute& row) {
  const std::string length = row.max_length == 0 ? "" : std::to_string(row.max_length);
  return row.max_values == 0 ? length : std::to_string(row.max_values) + " x " + length;
}

}  // namespace

std::string attributes_document() {
  std::string out(kTop);
  for (const Attribute& row : user_attributes()) {
    out.append("| ").append(row.name).append(" | ").append(name(row.type));
    out.append(" | ").append(backed_up(row)).append(" | ").append(yes_or_no(row.compared));
    out.append(" | ").append(restored(row)).append(" | ").append(limit(row)).append(" | ");
    out.append(yes_or_no(row.restorable == Restorable::sensitive)).append(" | ");
    out.append(row.note).append(" |\n");
  }
  return out;
}

}  // namespace entrad::directory
